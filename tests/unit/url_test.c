#include "url.h"

#include <check.h>

static const struct {
  const char *address, *origin, *host;
  int port;
  bool is_https;
  const char *path;
} good[] = {
    {"https://app.neptune.ai", "https://app.neptune.ai", "app.neptune.ai", 443,
     true, ""},
    {"http://127.0.0.1:8080", "http://127.0.0.1:8080", "127.0.0.1", 8080, false,
     ""},
    {"HTTP://Host/", "HTTP://Host", "Host", 80, false, ""},
    {"https://host//", "https://host", "host", 443, true, ""},
    {"https://host:1/neptune/v3/", "https://host:1", "host", 1, true,
     "/neptune/v3"},
    {"http://[::1]", "http://[::1]", "[::1]", 80, false, ""},
    {"http://[fe80::1%25eth0]:65535/x", "http://[fe80::1%25eth0]:65535",
     "[fe80::1%25eth0]", 65535, false, "/x"},
    {"http://host./a@b", "http://host.", "host.", 80, false, "/a@b"},
};

START_TEST(an_address_is_read)
{
  nep_url url;

  ck_assert_ptr_null(nep_url_read(nep_text_of(good[_i].address), &url));
  ck_assert(nep_text_equal(url.origin, nep_text_of(good[_i].origin)));
  ck_assert(nep_text_equal(url.host, nep_text_of(good[_i].host)));
  ck_assert(nep_text_equal(url.path, nep_text_of(good[_i].path)));
  ck_assert_int_eq(url.port, good[_i].port);
  ck_assert_int_eq(url.is_https, good[_i].is_https);
}
END_TEST

#define SCHEME "does not begin with https:// or http://"
#define USER "has user info"
#define HOST "has a bad host name"
#define PORT "has a bad port"
#define CHARACTERS "has characters that an address cannot have"

static const struct {
  const char *address, *problem;
} bad[] = {
    {"", SCHEME},
    {"host", SCHEME},
    {"//host", SCHEME},
    {"ftp://host", SCHEME},
    {"file:///etc/passwd", SCHEME},
    {" https://host", SCHEME},
    {"https:/host", SCHEME},
    {"https://", "names no host"},
    {"https:///path", "names no host"},
    {"https://:80", "names no host"},
    {"https://user@host", USER},
    {"https://user:pass@host", USER},
    {"https://good.example@evil.example/", USER},
    {"https://@host", USER},
    {"https://ho st", HOST},
    {"https://host\r\nX: y", HOST},
    {"https://host%00.evil", HOST},
    {"https://h\xC3\xB6st", HOST},
    {"https://[::1", HOST},
    {"https://[]", HOST},
    {"https://[::1/]", HOST},
    {"https://[::1]x", PORT},
    {"https://host:", PORT},
    {"https://host:0", PORT},
    {"https://host:65536", PORT},
    {"https://host:99999999999999999999", PORT},
    {"https://host:8x", PORT},
    {"https://host:-1", PORT},
    {"https://host?a=b", "has a query"},
    {"https://host/a?b", "has a query"},
    {"https://host/a#b", CHARACTERS},
    {"https://host#b", CHARACTERS},
    {"https://host\\@evil.example", CHARACTERS},
    {"https://host/a b", CHARACTERS},
    {"https://host/\r\nX: y", CHARACTERS},
    {"https://host/\x7F", CHARACTERS},
    {"https://host/\xC3\xA9", CHARACTERS},
};

START_TEST(a_bad_address_is_refused)
{
  nep_url url;

  ck_assert_pstr_eq(nep_url_read(nep_text_of(bad[_i].address), &url),
                    bad[_i].problem);
}
END_TEST

START_TEST(a_nul_is_no_part_of_an_address)
{
  const nep_text host = {"https://a\0b", 11}, path = {"https://a/\0b", 12};
  nep_url url;

  ck_assert_pstr_eq(nep_url_read(host, &url), HOST);
  ck_assert_pstr_eq(nep_url_read(path, &url), CHARACTERS);
}
END_TEST

static const struct {
  const char *a, *b;
  bool is_same;
} origins[] = {
    {"https://host", "https://HOST:443/path", true},
    {"http://host", "HTTP://host:80", true},
    {"http://host", "https://host", false},
    {"http://host:443", "https://host:443", false},
    {"https://host", "https://host:444", false},
    {"https://host", "https://host.evil", false},
    {"https://host", "https://hos", false},
    {"https://host.", "https://host", false},
};

START_TEST(origins_are_compared_by_scheme_host_and_port)
{
  nep_url a, b;

  ck_assert_ptr_null(nep_url_read(nep_text_of(origins[_i].a), &a));
  ck_assert_ptr_null(nep_url_read(nep_text_of(origins[_i].b), &b));
  ck_assert_int_eq(nep_url_same_origin(&a, &b), origins[_i].is_same);
}
END_TEST

START_TEST(an_escaped_path_is_told_from_a_raw_one)
{
  ck_assert(nep_url_is_escaped(nep_text_of("/a/b?c=d%20e&f=~")));
  ck_assert(nep_url_is_escaped(nep_text_of(NULL)));
  ck_assert(!nep_url_is_escaped(nep_text_of("/a b")));
  ck_assert(!nep_url_is_escaped(nep_text_of("/a\nb")));
  ck_assert(!nep_url_is_escaped(nep_text_of("/a\"b")));
}
END_TEST

Suite *url_suite(void);
Suite *url_suite(void)
{
  Suite *suite = suite_create("url");
  TCase *addresses = tcase_create("addresses");

  tcase_add_loop_test(addresses, an_address_is_read, 0, (int)NEP_COUNT(good));
  tcase_add_loop_test(addresses, a_bad_address_is_refused, 0,
                      (int)NEP_COUNT(bad));
  tcase_add_test(addresses, a_nul_is_no_part_of_an_address);
  tcase_add_loop_test(addresses, origins_are_compared_by_scheme_host_and_port,
                      0, (int)NEP_COUNT(origins));
  tcase_add_test(addresses, an_escaped_path_is_told_from_a_raw_one);
  suite_add_tcase(suite, addresses);
  return suite;
}
