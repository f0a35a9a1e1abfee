/* A command: it greets whom its arguments name, as soon as somebody asks for output. */
#ifndef HELLO_COMMAND_H
#define HELLO_COMMAND_H

#include <stddef.h>

#include "api.h"

struct command;

/* The greeting for these arguments, NULL without memory or for names that are no UTF-16. The request is not taken. */
struct command* command_new(WSMAN_PLUGIN_REQUEST* request, const WSMAN_COMMAND_ARG_SET* arguments);
/* From now on the command ends when the host says so. */
void command_watch(struct command* command);
/* One more user, one less; the last one frees it. Each thread that is in a command is a user: the host may give the
 * context back on another thread as soon as the command is complete. */
void command_keep(struct command* command);
void command_drop(struct command* command);
/* Completes the command's request, the first time. */
void command_end(struct command* command, DWORD code);

const char* command_text(const struct command* command, size_t* size);

#endif
