/* regex.cc: the only C++ file of the server; no exception leaves it. */
#include "regex.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <string>

#include <re2/re2.h>

struct srv_regex {
  RE2 re2;
  srv_regex(const re2::StringPiece &pattern, const RE2::Options &options)
      : re2(pattern, options)
  {
  }
};

static void say(char *message, size_t size, const char *text)
{
  if (size > 0) {
    size_t len = std::min(std::strlen(text), size - 1);
    std::memcpy(message, text, len);
    message[len] = 0;
  }
}

srv_regex *srv_regex_new(const char *pattern, size_t len, char *message,
                         size_t size)
{
  try {
    RE2::Options options;
    options.set_log_errors(false);
    srv_regex *regex = new srv_regex(re2::StringPiece(pattern, len), options);
    if (!regex->re2.ok()) {
      say(message, size, regex->re2.error().c_str());
      delete regex;
      return nullptr;
    }
    return regex;
  } catch (const std::exception &) {
    say(message, size, "");
    return nullptr;
  }
}

void srv_regex_free(srv_regex *regex)
{
  delete regex;
}

bool srv_regex_search(const srv_regex *regex, const char *text, size_t len)
{
  try {
    return RE2::PartialMatch(re2::StringPiece(text, len), regex->re2);
  } catch (const std::exception &) {
    return false;
  }
}
