// The enumerations of a service, and a test in the place of their clients and of where their items come from.
#pragma once

#include <deque>

#include "net/operations/enumerations.hpp"
#include "net/testing/enumeration_messages.hpp"
#include "net/testing/loop.hpp"
#include "wsman_codes.h"

namespace winrmd::net::testing {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline constexpr Room roomy{.bytes = 100'000};
inline constexpr milliseconds idle(240'000);

// A source that a test plays.
struct Script {
  std::deque<Outcome<ItemBatch>> answers;
  std::shared_ptr<Promise<Outcome<ItemBatch>>> waiting;
  Link::Clock::time_point until;
  bool closed = false;
  bool alive = true;
};

class ScriptedItems final : public ItemSource {
 public:
  explicit ScriptedItems(std::shared_ptr<Script> script) : script_(std::move(script)) {}
  ~ScriptedItems() override { script_->closed = true; }
  asio::awaitable<Outcome<ItemBatch>> fetch(std::size_t, std::size_t, Link::Clock::time_point until) override {
    script_->until = until;
    if (!script_->answers.empty()) {
      auto answer = std::move(script_->answers.front());
      script_->answers.pop_front();
      co_return answer;
    }
    const auto script = script_;
    script->waiting = std::make_shared<Promise<Outcome<ItemBatch>>>();
    auto answer = co_await script->waiting->wait();
    co_return std::move(*answer);
  }
  void close() override {
    script_->closed = true;
    if (const auto waiting = script_->waiting) waiting->keep(fault(ERROR_OPERATION_ABORTED));
  }
  [[nodiscard]] bool is_alive() const override { return script_->alive; }
  [[nodiscard]] std::optional<std::size_t> total() const override { return std::nullopt; }
  [[nodiscard]] std::size_t bytes() const override { return 0; }

 private:
  std::shared_ptr<Script> script_;
};

inline std::vector<EnumerationItem> items(std::size_t count, std::size_t first = 0) {
  std::vector<EnumerationItem> result;
  for (std::size_t i = first; i < first + count; ++i)
    result.push_back({"<o" + std::to_string(i) + "/>", "<e" + std::to_string(i) + "/>"});
  return result;
}

// One request, and what becomes of it.
struct Call {
  http::Request http;
  Exchange exchange{.http = http,
                    .peer = {},
                    .host = {},
                    .url = {},
                    .login = {},
                    .arrived = Link::Clock::now(),
                    .deadline = Link::Clock::now() + seconds(60),
                    .on_lost = {},
                    .delivery = {}};
};

inline std::string context_of(std::string_view body) {
  const auto begin = body.find("<n:EnumerationContext>") + 22;
  return std::string(body.substr(begin, body.find("</n:EnumerationContext>") - begin));
}

struct EnumerationWorld {
  Loop loop;
  Deliveries deliveries;
  Enumerations enumerations{deliveries};
  UsageRef usage = std::make_shared<Usage>();
  std::deque<Call> calls{};  // their exchanges stay where they are

  Exchange& exchange(std::string_view body = "", std::string_view resource = "urn:r", std::string_view headers = {}) {
    auto& call = calls.emplace_back();
    call.exchange.soap = request_with(body, resource, headers);
    return call.exchange;
  }

  Outcome<EnumerationAnswer> begin(std::unique_ptr<ItemSource> source, std::string_view inside = "",
                                   const std::string& owner = "o", Room room = roomy, std::string_view headers = {}) {
    auto& asking = exchange("<n:Enumerate>" + std::string(inside) + "</n:Enumerate>", "urn:r", headers);
    const auto request = parse_enumerate(asking.soap, 32'000, date_now());
    EXPECT_TRUE(request);
    Permit permit;
    permit.slot = OperationSlot(usage);
    Task<Outcome<EnumerationAnswer>> task(
        loop,
        enumerations.begin(
            asking, *request,
            {.source = std::move(source), .permit = std::move(permit), .owner = owner, .idle_timeout = idle}, room));
    return std::move(task.get());
  }
  Outcome<EnumerationAnswer> begin(std::vector<EnumerationItem> list, std::string_view inside = "") {
    auto mode = EnumerationMode::object;
    if (inside.contains("EnumerateEPR")) mode = EnumerationMode::epr;
    if (inside.contains("EnumerateObjectAndEPR")) mode = EnumerationMode::object_and_epr;
    return begin(std::make_unique<ItemList>(std::move(list), mode), inside);
  }
  // The context of a new enumeration that gives nothing at once.
  std::string open(std::vector<EnumerationItem> list, std::string_view inside = "") {
    return context_of(begin(std::move(list), inside)->body);
  }
  std::string open(const std::shared_ptr<Script>& script) {
    return context_of(begin(std::make_unique<ScriptedItems>(script))->body);
  }

  Task<Outcome<EnumerationAnswer>> start_pull(const std::string& context, std::size_t most = 10,
                                              const std::string& owner = "o", Room room = roomy,
                                              std::optional<std::size_t> characters = {},
                                              std::string_view resource = "urn:r") {
    pulls.push_back({.context = context, .max_elements = most, .max_characters = characters, .max_time = {}});
    owners.push_back(owner);
    return {loop, enumerations.pull(exchange("", resource), pulls.back(), owners.back(), room)};
  }
  template <class... A>
  Outcome<EnumerationAnswer> pull(const std::string& context, A... a) {
    auto task = start_pull(context, a...);
    return std::move(task.get());
  }
  template <class... A>
  std::uint32_t refusal(const std::string& context, A... a) {
    const auto answer = pull(context, a...);
    return answer ? 0 : answer.error().code;
  }
  std::deque<PullRequest> pulls{};
  std::deque<std::string> owners{};
};

inline constexpr auto invalid_context = ERROR_WSMAN_ENUMERATE_INVALID_ENUMERATION_CONTEXT;

}  // namespace winrmd::net::testing
