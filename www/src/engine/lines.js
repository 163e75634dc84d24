/** @file Lines of JSON in a gzipped file, one by one. */

/** @param {Blob} file @param {(done: number) => void} onProgress Hears how many bytes were read. */
export async function* jsonLines(file, onProgress) {
  let [done, rest] = [0, ''];
  const counted = new TransformStream({
    transform(piece, controller) {
      onProgress((done += piece.length));
      controller.enqueue(piece);
    },
  });
  const texts = file.stream().pipeThrough(counted).pipeThrough(new DecompressionStream('gzip')).pipeThrough(new TextDecoderStream());
  const reader = texts.getReader();
  for (;;) {
    const { done: ended, value = '' } = await reader.read();
    const lines = (rest + value).split('\n');
    rest = ended ? '' : (lines.pop() ?? '');
    for (const line of lines) if (line.trim()) yield JSON.parse(line);
    if (ended) return;
  }
}
