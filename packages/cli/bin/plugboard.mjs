#!/usr/bin/env -S node --disable-warning=ExperimentalWarning --disable-sigusr1
// The Node.js flags also apply to the server: `plugboard start` runs it in this process.
import '../dist/main.mjs'
