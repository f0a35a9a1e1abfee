// The plug-in interface for C++17: requests, questions and contexts as objects. On top of wsman.h, for Linux and
// Windows, header-only; a plug-in may use it, in whole or in part, or write to wsman.h alone.
//
//     #include <wsman.hpp>
//
//     class Open : public wsman::AuthorizationPlugin {
//      public:
//       explicit Open(const wsman::Startup&) {}
//       void user(wsman::UserQuestion question) override { question.allow(); }
//       void operation(wsman::OperationQuestion question) override { question.allow(); }
//     };
//     WSMAN_AUTHORIZATION_PLUGIN(Open)
//
// What it takes care of:
//   * a request or question that is dropped is answered with an error, and none is answered twice;
//   * a context is released once: shells and commands are objects, and the host's calls find them;
//   * nothing is thrown across the C border: an exception becomes the answer (wsman::Error carries code and text);
//   * calls about a request and its end may come from several threads.
//
// WSMAN_API_VERSION_1_0 is defined unless a version is. docs/plugin-author.md explains, docs/reference/wsman.hpp.md
// lists everything.
#ifndef WINRMD_WSMAN_HPP
#define WINRMD_WSMAN_HPP

#include "wsman/api.hpp"
#include "wsman/authorization.hpp"
#include "wsman/entry.hpp"
#include "wsman/error.hpp"
#include "wsman/operation.hpp"
#include "wsman/parameters.hpp"
#include "wsman/plugins.hpp"
#include "wsman/requests.hpp"
#include "wsman/shells.hpp"
#include "wsman/text.hpp"

#endif
