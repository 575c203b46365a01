#!/usr/bin/env -S node --disable-warning=ExperimentalWarning --disable-warning=DEP0169 --disable-sigusr1
// The Node.js flags also apply to the server: `plugboard start` runs it in this process. DEP0169 is of a dependency of
// Socket.IO’s client, which calls `url.parse` where no WebSocket can be opened.
import '../dist/main.mjs'
