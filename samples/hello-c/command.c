#include "command.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "end_watch.h"

struct command {
  WSMAN_PLUGIN_REQUEST* request;
  struct end_watch watch;
  atomic_int users;
  atomic_bool ended;
  size_t size;
  char text[]; /* UTF-8 */
};

static const char greeting[] = "hello, ";
enum { greeting_size = sizeof greeting - 1, largest_name = 1 << 15 };

/* Bytes that `name` has in UTF-8, written to `buffer` if that is not NULL (it has room for them and a zero); 0 for what
 * is no UTF-16, too long or empty. */
static size_t to_utf8(PCWSTR name, char* buffer) {
  static const int room = largest_name * 3 + 1;
#ifdef _WIN32
  int made =
      WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, name, -1, buffer, buffer == NULL ? 0 : room, NULL, NULL);
  size_t size = made <= 0 ? 0 : (size_t)made - 1;
#else
  size_t size = 1;
  DWORD code = WSManPosixToUtf8(name, WSMAN_POSIX_TERMINATED, buffer, buffer == NULL ? 0 : (size_t)room, &size);
  size = code != ERROR_SUCCESS && code != ERROR_INSUFFICIENT_BUFFER ? 0 : size - 1;
#endif
  return size > (size_t)largest_name ? 0 : size;
}

static const WCHAR world[] = WSMAN_TEXT("world");

static DWORD name_count(const WSMAN_COMMAND_ARG_SET* arguments) {
  return arguments == NULL || arguments->argsCount == 0 ? 1 : arguments->argsCount;
}

static PCWSTR name_at(const WSMAN_COMMAND_ARG_SET* arguments, DWORD index) {
  return arguments == NULL || arguments->argsCount == 0 ? world : arguments->args[index];
}

/* The first pass, with `out` NULL, counts; the second writes. 0: a name cannot be greeted. */
static size_t greet(const WSMAN_COMMAND_ARG_SET* arguments, char* out) {
  size_t total = 0;
  for (DWORD i = 0; i < name_count(arguments); ++i) {
    size_t size = to_utf8(name_at(arguments, i), NULL);
    if (size == 0) return 0;
    if (out != NULL) {
      memcpy(out + total, greeting, greeting_size);
      to_utf8(name_at(arguments, i), out + total + greeting_size); /* its zero becomes the line feed */
      out[total + greeting_size + size] = '\n';
    }
    total += greeting_size + size + 1;
  }
  return total;
}

struct command* command_new(WSMAN_PLUGIN_REQUEST* request, const WSMAN_COMMAND_ARG_SET* arguments) {
  size_t size = greet(arguments, NULL);
  struct command* command = size == 0 ? NULL : malloc(sizeof *command + size);
  if (command == NULL) return NULL;
  memset(command, 0, sizeof *command);
  command->request = request;
  command->size = size;
  atomic_init(&command->users, 1);
  atomic_init(&command->ended, 0);
  greet(arguments, command->text);
  return command;
}

void command_keep(struct command* command) { atomic_fetch_add(&command->users, 1); }

void command_drop(struct command* command) {
  if (atomic_fetch_sub(&command->users, 1) == 1) free(command);
}

static void end(struct command* command, DWORD code, int in_told) {
  if (atomic_exchange(&command->ended, 1)) return;
  end_watch_stop(&command->watch, in_told);
  WSManPluginOperationComplete(command->request, 0, code, NULL);
}

/* Completed in here, the context may be given back before this returns. */
static void told(void* context) {
  struct command* command = context;
  command_keep(command);
  end(command, NO_ERROR, 1);
  command_drop(command);
}

void command_watch(struct command* command) { end_watch_start(&command->watch, command->request, told, command); }
void command_end(struct command* command, DWORD code) { end(command, code, 0); }

const char* command_text(const struct command* command, size_t* size) {
  *size = command->size;
  return command->text;
}
