/** @file Starts the worker that reads one Parquet or Arrow file, in browsers, which bound its memory themselves. */

/** Starts a worker. @param {{ onMessage: (message: any) => void, onFailure: (error: Error) => void }} options */
export function startTableWorker({ onMessage, onFailure }) {
  // Bundlers find the worker by this very expression.
  const worker = new Worker(new URL('./table-worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }) => onMessage(data);
  worker.onmessageerror = () => onFailure(new Error('an answer that could not be read'));
  worker.onerror = (event) => {
    event.preventDefault();
    onFailure(new Error(event.message || 'no reader: its worker could not be started'));
  };
  return worker;
}
