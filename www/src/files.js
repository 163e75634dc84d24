/** @file Downloads of the page: a text or bytes under a file name. */

/** Offers a file. @param {string} name @param {BlobPart | BlobPart[]} content @param {string} type */
export function download(name, content, type) {
  const address = URL.createObjectURL(new Blob([content].flat(), { type }));
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
