"""Decides for a whole user base on Spark: every partition of the requests is piped through `nextpick batch`, the same program as on one machine.

    spark-submit --files state.bin --archives nextpick-0.2.0.tgz#nextpick nextpick_batch.py \
      --requests hdfs:///requests --output hdfs:///decisions --snapshot state.bin --package nextpick/package

--snapshot and --package are paths as an executor sees them: relative to where spark-submit puts --files and --archives, or
absolute where every node has them. Node >= 20.19 must be on every node. Arguments after `--` are handed to `nextpick batch`.
"""

import argparse
import shlex
import sys

from pyspark.sql import SparkSession


def main():
    options = parse()
    spark = SparkSession.builder.appName("nextpick batch").getOrCreate()
    lines = spark.sparkContext.textFile(options.requests, options.partitions)
    # Blank lines are not requests; at the end of a partition one would look like the end of a file.
    requests = lines.filter(lambda line: line.strip() != "")
    # checkCode: a program that failed or was killed fails its task; Spark then repeats it on another worker, and its
    # partial answer is dropped.
    requests.pipe(shlex.join(command(options)), checkCode=True).saveAsTextFile(options.output)

    # Counts what was written, to find a request with no answer or with two.
    answers = spark.sparkContext.textFile(options.output)
    asked = requests.count()
    answered, bad = answers.map(lambda line: (1, is_error(line))).fold((0, 0), lambda a, b: (a[0] + b[0], a[1] + b[1]))
    print(f"{asked} requests, {answered} answers, {bad} of them errors")
    if bad:
        print(*answers.filter(is_error).take(10), sep="\n")
    spark.stop()
    if asked != answered:
        sys.exit(f"expected an answer for each request, got {answered} for {asked}: do not use {options.output}")


def is_error(line):
    return line.startswith('{"error":')


def command(options):
    """Returns the command that each partition is piped through."""
    return [options.node, f"{options.package}/cli.js", "batch", "--snapshot", options.snapshot, *options.rest]


def parse():
    parser = argparse.ArgumentParser(prog="nextpick_batch.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", required=True, metavar="URI", help="text files with a request (JSON) a line")
    parser.add_argument("--output", required=True, metavar="URI", help="a folder that is not there yet; gets a decision a line")
    parser.add_argument("--snapshot", required=True, metavar="PATH", help="the state, from `nextpick snapshot build`")
    parser.add_argument("--package", required=True, metavar="PATH", help="the folder of the npm package, in which cli.js is")
    parser.add_argument("--node", default="node", metavar="PATH", help="the program node (default: the one on PATH)")
    parser.add_argument("--partitions", type=int, metavar="N", help="at least so many tasks (default: one a block of the files)")
    parser.add_argument("rest", nargs="*", metavar="-- OPTION", help="for `nextpick batch`, such as: -- --reasons none")
    return parser.parse_args()


if __name__ == "__main__":
    main()
