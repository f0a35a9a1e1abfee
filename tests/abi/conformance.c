/* The interface in C with only version 1.0 defined: layout, prototypes, and calls with each optional argument NULL.
 * Linked with libwsmsvc.so, as a plug-in may be; without a host every call is refused. */
#define WSMAN_API_VERSION_1_0
#include <stdio.h>
#include <wsman.h>

#include "layout.h"
#include "prototypes.h"

static int check(const char* what, DWORD result) {
  if (result == ERROR_INVALID_PARAMETER) return 0;
  fprintf(stderr, "%s: %u instead of %u\n", what, (unsigned)result, (unsigned)ERROR_INVALID_PARAMETER);
  return 1;
}

int main(void) {
  WSMAN_SENDER_DETAILS sender = {0};
  int token = 0;
  int context = 0;
  int failures = 0;
  PCWSTR text = WSMAN_TEXT("<why/>");
  failures += check("all", prototypes.authz_user_complete(&sender, 0, &context, &token, TRUE, 5, text));
  failures += check("no context", prototypes.authz_user_complete(&sender, 0, NULL, &token, TRUE, 5, text));
  failures += check("no token", prototypes.authz_user_complete(&sender, 0, &context, NULL, TRUE, 5, text));
  failures += check("no text", prototypes.authz_user_complete(&sender, 0, &context, &token, TRUE, 5, NULL));
  failures += check("no sender", prototypes.authz_user_complete(NULL, 0, &context, &token, TRUE, 5, text));
  return failures == 0 ? 0 : 1;
}
