#!/usr/bin/env -S node --disable-warning=ExperimentalWarning --disable-sigusr1
// The flags hold for the server that `plugboard start` becomes, too.
import '../dist/main.mjs'
