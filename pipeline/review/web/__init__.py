"""The review page: stored results on this machine's own screen, and nothing beyond it. The only package that knows the web.

| module | what it gives |
|---|---|
| `server` | `serve`: the page on a loopback port until it is left alone for an hour |
| `app` | `create_app`: the application around a `Site` |
| `site` | `Site`: the folder, its stores and what one launch holds |
| `access` | one-time codes and the bearers they are swapped for |
| `security` | `Guard`: host, origin, body, bearer and headers of every request |
| `answers` | records and errors as responses; nothing is echoed |
| `library` | the folder's sessions, found by the hash of their text |
| `scoring` | `rupture score` as a child of the page |
| `asked` | what a page may ask for, as records |
| `modes` | the modes, who acts in each, and what each may see |
| `routes` | parse, call, render |
| `views` | what a page is told, as records; a mode's limits are held here, on this side of the wire |
| `drawing` | SVG as values: the strip, the measures, a dyad's sessions |

`templates` and `static` are the page: no build step, no asset from elsewhere, no sentence outside `configs/wording.toml`.
"""
