#include "net/login/sealing.hpp"

#include "lib/text/ascii.hpp"

namespace winrmd::net {
namespace {

std::unexpected<Unopened> unopened(std::string reason, int status = 400) {
  return std::unexpected(Unopened{.status = status, .reason = std::move(reason)});
}

template <class Headers>
std::string* find_header(Headers& headers, std::string_view name) {
  for (auto& [known, value] : headers) {
    if (text::iequals(known, name)) return &value;
  }
  return nullptr;
}

}  // namespace

bool is_sealed(const http::Request& request) {
  const auto* type = request.header("Content-Type");
  return type != nullptr && seal::is_sealed(*type);
}

std::expected<seal::Form, Unopened> open_request(http::Request& request, seal::Protection* protection,
                                                 std::size_t limit) {
  auto* header = find_header(request.headers, "Content-Type");
  if (header == nullptr) return unopened("not a sealed message");
  const auto type = seal::parse_media_type(*header);
  if (!type) return unopened(type.error().message);
  if (protection == nullptr) return unopened("a sealed message after a log-in without keys");
  if (!protection->speaks(type->protocol)) return unopened("a sealed message of another kind of log-in");
  const auto message = seal::parse(*type, request.body);
  if (!message) return unopened(message.error().message);

  std::size_t announced = 0;
  for (const auto& part : message->parts) announced += part.length;
  constexpr int too_large = 413;
  if (announced > limit) return unopened("a sealed message above the limit", too_large);
  std::string plain;
  for (const auto& part : message->parts) {
    auto opened = protection->open(part);
    if (!opened) return unopened(opened.error().message);
    if (plain.empty()) {
      plain = std::move(*opened);
      if (message->parts.size() > 1) plain.reserve(announced);
    } else {
      plain += *opened;
    }
  }
  *header = message->type;
  const seal::Form form{.protocol = type->protocol, .tabs = message->tabs};
  request.body = std::move(plain);  // and no view into it from here on
  return form;
}

Result<void> seal_response(http::Response& response, seal::Protection& protection, const seal::Form& form) {
  if (response.body.empty()) return {};
  auto* type = find_header(response.headers, "Content-Type");
  if (type == nullptr) return fail("a response without a type");
  const auto pieces = protection.seal(response.body);
  if (!pieces) return std::unexpected(pieces.error());
  auto composed = seal::compose(form, *type, *pieces);
  *type = std::move(composed.content_type);
  response.body = std::move(composed.body);
  return {};
}

}  // namespace winrmd::net
