function early(): never {
  for (;;);
}

early()
