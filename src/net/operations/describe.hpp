// rsp:Shell and endpoint references as clients read them.
#pragma once

#include <string>

#include "net/operations/shells.hpp"

namespace winrmd::net {

// The rsp:Shell element of a shell, in the order of elements that Windows has. `no_compression`: say that streams are
// not compressed, to a client that asked for it.
std::string shell_xml(const Shell& shell, Link::Clock::time_point now, bool no_compression = false);
// a:Address and a:ReferenceParameters, without the element around them.
std::string shell_reference(const Exchange& exchange, std::string_view resource_uri, std::string_view shell_id);
// rsp:InputStreams and rsp:OutputStreams.
std::string streams_xml(const Shell& shell);
std::string command_xml(const Command& command);

}  // namespace winrmd::net
