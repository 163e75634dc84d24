/** @file Lines of JSON in a file, gzipped or not, one by one. */

/** @param {Blob} file @param {(done: number) => void} onProgress Hears how many bytes were read. */
export async function* jsonLines(file, onProgress) {
  let [done, rest] = [0, ''];
  const counted = new TransformStream({
    transform(piece, controller) {
      onProgress((done += piece.length));
      controller.enqueue(piece);
    },
  });
  const bytes = file.stream().pipeThrough(counted);
  const texts = ((await isPacked(file)) ? bytes.pipeThrough(new DecompressionStream('gzip')) : bytes).pipeThrough(new TextDecoderStream());
  const reader = texts.getReader();
  for (;;) {
    const { done: ended, value = '' } = await reader.read();
    const lines = (rest + value).split('\n');
    rest = ended ? '' : (lines.pop() ?? '');
    for (const line of lines) if (line.trim()) yield JSON.parse(line);
    if (ended) return;
  }
}

/** True if a file is gzipped: a server may have decompressed a .gz, so its content decides and not its name. @param {Blob} file */
export async function isPacked(file) {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return start[0] === 0x1f && start[1] === 0x8b;
}
