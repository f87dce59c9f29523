# cmake -DFROM=schema.sql -DTO=schema.c -P embed.cmake
file(READ ${FROM} hex HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "((0x..,){12})" "\\1\n" bytes "${bytes}")
file(WRITE ${TO}
  "extern const unsigned char srv_schema[];\n"
  "const unsigned char srv_schema[] = {\n${bytes}0};\n")
