#include "lib/soap/response.hpp"

#include "lib/soap/envelope.hpp"
#include "lib/soap/names.hpp"
#include "lib/text/ascii.hpp"
#include "lib/xml/document.hpp"

namespace winrmd::soap {
namespace {

constexpr std::string_view security_profile = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/";
constexpr std::size_t head_size = 1200;  // of a typical envelope without its body

void open(std::string& out, Prefixes prefixes) {
  switch (prefixes) {
    case Prefixes::shell:
      return open_envelope(out, {"s", "a", "x", "w", "rsp", "p"});
    case Prefixes::receive:
      return open_envelope(out, {"s", "a", "w", "rsp", "p"});
    case Prefixes::remove:
      return open_envelope(out, {"s", "a", "w", "p"});
    case Prefixes::enumeration:
      return open_envelope(out, {"s", "a", "n", "w", "p"});
    case Prefixes::transfer:
      return open_envelope(out, {"s", "a", "x", "w", "p"});
  }
}

void append_profiles(std::string& out, std::string_view profiles) {
  const auto leaves = text::split_words(profiles);
  if (leaves.empty()) return;
  out += "<wsmid:SecurityProfiles>";
  for (const auto leaf : leaves) {
    append_element(out, "wsmid:SecurityProfileName", std::string(security_profile).append(leaf));
  }
  out += "</wsmid:SecurityProfiles>";
}

}  // namespace

std::string serialize_response(Prefixes prefixes, const ResponseHead& head, std::string_view body) {
  std::string out;
  out.reserve(head_size + body.size());
  open(out, prefixes);
  append_header(out, {head.action, head.message_id, head.headers, head.relates_to});
  out += body;
  close_envelope(out);
  return out;
}

std::string serialize_identify(std::string_view vendor, std::string_view os_version, std::string_view security_profiles,
                               std::string_view relates_to, std::string_view message_id) {
  std::string out;
  out.reserve(head_size + 512);
  if (relates_to.empty()) {
    out.append(R"(<s:Envelope xml:lang="en-US" xmlns:s=")").append(ns::soap).append(R"("><s:Header/><s:Body>)");
  } else {
    open_envelope(out, {"s", "a"});
    append_header(out, {{}, message_id, {}, relates_to});
  }
  out.append(R"(<wsmid:IdentifyResponse xmlns:wsmid=")").append(ns::identity).append("\">");
  append_element(out, "wsmid:ProtocolVersion", ns::wsman);
  append_element(out, "wsmid:ProductVendor", vendor);
  out += "<wsmid:ProductVersion>OS: ";
  xml::escape(out, os_version.empty() ? "0.0.0" : os_version);
  out += " SP: 0.0 Stack: 3.0</wsmid:ProductVersion>";
  if (!os_version.empty()) append_profiles(out, security_profiles);
  out += "</wsmid:IdentifyResponse>";
  close_envelope(out);
  return out;
}

}  // namespace winrmd::soap
