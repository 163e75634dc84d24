/** @file Worker with the recommender: reading a log or deciding never blocks the page. */

import { load } from './load.js';

/** @type {import('nextpick').Recommender | undefined} */
let recommender;

const verbs = {
  async load({ files, leaveOut }, onProgress) {
    const { recommender: made, ...answer } = await load(files, { leaveOut, onProgress });
    if (made) {
      recommender?.dispose();
      recommender = made;
    }
    return answer;
  },
  recommend({ request }) {
    return recommender.recommend(request, { explain: true });
  },
};

self.onmessage = async ({ data: { id, verb, given } }) => {
  const tell = (message) => self.postMessage({ id, ...message });
  try {
    tell({ answer: await verbs[verb](given, (progress) => tell({ progress })) });
  } catch (error) {
    tell({ error: { message: error.message, code: error.code, path: error.path } });
  }
};
