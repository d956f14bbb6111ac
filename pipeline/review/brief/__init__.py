"""The one-page supervision brief: `write` is the way in; `compose` and `moments` gather what it says, `fit` makes it fit on `paper`.

`sheet` is the page before it is written: rows of labelled cells, an empty one being a line to write on; `markdown` and `html` write it.
`checks` keeps names, initials and identifiers out. Private notes cannot come in.
"""
