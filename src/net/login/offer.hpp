// What is answered to requests that are not logged in.
#pragma once

#include "lib/http/response.hpp"
#include "lib/ipc/messages_login.hpp"
#include "net/login/origin.hpp"

namespace winrmd::net {

// Whether the listener takes log-ins by that scheme.
bool offers(const Origin& origin, ipc::Scheme scheme);

// 401 with a header for each scheme on offer, in the order in which clients prefer to find them.
http::Response offer(const Origin& origin);
// The same when credentials were not good enough, whatever was wrong with them: the connection ends.
http::Response rejection(const Origin& origin);
// 401 within a log-in: nothing but the token for the client's next leg.
http::Response next_leg(ipc::Scheme scheme, std::string_view token);
// A status and nothing else.
http::Response bare(int status, bool close);

// `Negotiate YII…`; the name alone when there is no token.
std::string challenge(ipc::Scheme scheme, std::string_view token);

}  // namespace winrmd::net
