#include "net/service.hpp"

#include <sys/utsname.h>

#include <algorithm>

#include "lib/log/log.hpp"
#include "lib/soap/response.hpp"
#include "lib/text/guid.hpp"
#include "net/content_type.hpp"
#include "net/limits.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view vendor = "winrmd";
constexpr milliseconds min_operation_timeout{500};

std::string kernel_release() {
  utsname name{};
  ::uname(&name);
  return name.release;
}

// What Identify tells of the listeners, in the names of the security profiles of WS-Management.
std::string profiles(const std::vector<ipc::ListenerSetup>& listeners) {
  std::string result;
  const auto add = [&](std::string_view name, bool tls, auto offered) {
    const auto fits = [&](const auto& listener) { return listener.tls == tls && offered(listener); };
    if (std::ranges::any_of(listeners, fits)) result.append(result.empty() ? "" : " ").append(name);
  };
  const auto basic = [](const auto& listener) { return listener.basic; };
  const auto spnego = [](const auto& listener) { return listener.negotiate; };
  add("http/basic", false, basic);
  add("http/spnego-kerberos", false, spnego);
  add("https/basic", true, basic);
  add("https/spnego-kerberos", true, spnego);
  return result;
}

// For users to whom no plug-in gives a quota: the limits of the service.
Quota default_quota(const ipc::LimitSetup& limits) {
  return {.max_shells = limits.max_shells_per_user,
          .max_operations = limits.max_operations_per_user,
          .timeslot_seconds = 0,
          .max_operations_per_timeslot = unlimited};
}

}  // namespace

Service::Service(asio::io_context& context, const std::shared_ptr<Link>& supervisor, const ipc::NetSetup& setup,
                 Fd audit)
    : catalogue_(setup.applications),
      limits_(setup.limits),
      security_profiles_(profiles(setup.listeners)),
      control_(context, supervisor),
      tokens_(supervisor),
      audit_(std::move(audit)),
      logins_(context, tokens_, audit_),
      gate_(control_, catalogue_, tokens_, audit_, default_quota(limits_)),
      operations_(context, control_, gate_, catalogue_, limits_) {}

void Service::offer(const std::vector<ipc::ListenerSetup>& listeners) { security_profiles_ = profiles(listeners); }

void Service::reload(std::vector<Application> applications, const ipc::LimitSetup& limits) {
  catalogue_.replace(std::move(applications));
  limits_ = limits;
  gate_.reload(catalogue_, default_quota(limits_));
  operations_.reload();
}

std::size_t Service::largest_envelope() const {
  std::size_t largest = limits_.max_envelope_size;
  for (const auto& application : catalogue_.applications()) {
    largest = std::max<std::size_t>(largest, application->max_envelope_size);
  }
  return largest;
}

ipc::LimitSetup Service::limits_for(std::string_view target) const {
  const auto application = catalogue_.application(target);
  return application ? limits_of(*application, limits_) : limits_;
}

asio::awaitable<http::Response> Service::serve(Exchange& exchange) {
  const auto& http = exchange.http;
  if (!is_soap(http)) co_return http::Response{.status = 415, .headers = {}, .body = {}, .close = false};

  // 4. the envelope
  auto parsed = soap::parse_request(http.body, charset_of(http), {});
  if (!parsed) {
    co_return envelope_response(
        http, 500,
        soap::serialize_fault(parsed.error().fault, parsed.error().message_id, exchange.host, text::new_guid()));
  }
  exchange.soap = std::move(*parsed);

  // 5. the application
  exchange.application = catalogue_.application(http.target);
  if (exchange.application == nullptr)
    co_return http::Response{.status = 404, .headers = {}, .body = {}, .close = false};
  const milliseconds longest(limits_of(*exchange.application, limits_).max_operation_timeout_ms);
  const auto timeout =
      std::clamp(exchange.soap.operation_timeout.value_or(longest), std::min(min_operation_timeout, longest), longest);
  exchange.deadline = exchange.arrived + timeout;

  auto envelope = co_await answer(exchange);
  if (envelope) co_return envelope_response(http, 200, std::move(*envelope));
  const auto& message_id = exchange.soap.message_id;
  if (const auto* redirect = std::get_if<Redirect>(&envelope.error())) {
    auto response = envelope_response(http, 302,
                                      soap::serialize_fault(soap::make_fault(ERROR_WSMAN_REDIRECT_REQUESTED),
                                                            message_id, exchange.host, text::new_guid()));
    response.headers.emplace_back("Location", redirect->location);
    co_return response;
  }
  co_return envelope_response(
      http, 500,
      soap::serialize_fault(std::get<soap::Fault>(envelope.error()), message_id, exchange.host, text::new_guid()));
}

asio::awaitable<std::expected<std::string, Refusal>> Service::answer(Exchange& exchange) {
  if (exchange.soap.identify) co_return identify(exchange);

  // 6. the gate
  auto user = co_await gate_.admit(exchange);
  if (!user) co_return std::unexpected(std::move(user.error()));

  // 7 to 9. resource, operation's authorization, the operation
  auto envelope = co_await operations_.dispatch(exchange, *user);
  if (!envelope) co_return std::unexpected(Refusal(std::move(envelope.error())));
  co_return std::move(*envelope);
}

std::string Service::identify(const Exchange& exchange) const {
  static const std::string release = kernel_release();
  return soap::serialize_identify(vendor, release, security_profiles_, exchange.soap.message_id, text::new_guid());
}

std::optional<http::Response> Service::identify_anonymous(const http::Request& request) {
  if (!is_soap(request)) return std::nullopt;
  // Nobody has logged in yet: a message that takes more than this is not an Identify.
  constexpr soap::Limits limits{.xml = {.depth = 16, .attributes = 32, .nodes = 500}};
  const auto parsed = soap::parse_request(request.body, charset_of(request), limits);
  if (!parsed || !parsed->identify) return std::nullopt;
  return envelope_response(request, 200,
                           soap::serialize_identify(vendor, {}, {}, parsed->message_id, text::new_guid()));
}

void Service::expire(Link::Clock::time_point now) {
  control_.link()->expire(now);
  control_.endings()->expire(now);
  logins_.expire(now);
  gate_.expire_calls(now);
  gate_.expire(now);
  operations_.expire(now);
}

void Service::stop() {
  operations_.stop();
  gate_.clear();
}

}  // namespace winrmd::net
