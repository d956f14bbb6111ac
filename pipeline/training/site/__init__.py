"""What a service does with its own ratings: retraining from the current model, comparing, promoting, going back, forgetting.

| module | what it gives |
|---|---|
| `sessions` | ratings of any kind as rated sessions: consensus where there is one, soft targets where raters differ |
| `keep` | the site folder: places of dyads and the frozen test set, both only ever added to; no text |
| `sanity` | what is wrong with ratings, told before anything is learnt |
| `start` | the network of a model folder, to go on learning from |
| `retrain` | the whole way from ratings to `models/<id>/` |
| `comparison`, `compare`, `page` | champion beside challenger on the same frozen sessions: the record, its making, its page |
| `parts`, `build` | which sessions serve for what, and a network as a model folder with its likelihoods, card and page |
| `gate` | what keeps a worse model out |
| `registry` | models with their lineage and marks; promote, roll back, hand out |
| `privacy`, `privacy_check` | how far a model gives away what it learnt from, at once and on demand |
| `forget` | what forgetting a dyad means for models and the site folder |
"""
