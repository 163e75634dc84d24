/** @file Starts the worker that reads one Parquet or Arrow file, in browsers, which bound its memory themselves. */

/** @param {{ heard: (message: any) => void, failed: (error: Error) => void }} options */
export function startTableWorker({ heard, failed }) {
  // Bundlers find the worker by this very expression.
  const worker = new Worker(new URL('./table-worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }) => heard(data);
  worker.onmessageerror = () => failed(new Error('an answer that could not be read'));
  worker.onerror = (event) => {
    event.preventDefault();
    failed(new Error(event.message || 'no reader: its worker could not be started'));
  };
  return worker;
}
