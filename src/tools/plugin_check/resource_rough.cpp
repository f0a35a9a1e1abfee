// Clients of resources that ask for odd things. Whether the plug-in refuses or obeys is its own business; it has to
// answer, once. XML that does not hold together never gets as far as a plug-in, and nor does what XML has no place for.
#include <fmt/format.h>

#include <array>

#include "tools/plugin_check/resource_messages.hpp"
#include "tools/plugin_check/scenarios.hpp"

namespace winrmd::tools::check {
namespace {

using enum ipc::Capability;

constexpr std::size_t long_text = 60'000;
constexpr std::size_t many = 500;
constexpr int deep = 60;
constexpr std::array operations{get, put, create, remove, invoke};

// Beyond the basic plane, right to left, combining, and what formats and markup are made of.
constexpr std::array odd_texts{"\xF0\x9F\x90\x9A\xF4\x8F\xBF\xBD",
                               "\xD7\xA9\xD7\x9C",
                               "e\xCC\x81\xCC\x81",
                               "%s%n%x",
                               "../../",
                               "<&\"'>]]>",
                               "",
                               " \t\r\n ",
                               "' or 1=1--",
                               "\x7F\xC2\x85"};

std::string nested() {
  std::string xml;
  for (int i = 0; i < deep; ++i) xml += "<d>";
  for (int i = 0; i < deep; ++i) xml += "</d>";
  return xml;
}

std::vector<std::optional<std::string>> odd_bodies() {
  std::string wide = "<w xmlns=\"urn:odd\">";
  for (std::size_t i = 0; i < many; ++i) wide += fmt::format("<p:e xmlns:p=\"urn:{}\" p:a=\"&lt;\"/>", i);
  return {std::nullopt,
          "<a/>",
          "<x:Item xmlns:x=\"urn:odd\"><!-- c --><![CDATA[<&]]>&#x1F41A;</x:Item>",
          "<Long>" + std::string(long_text, 'x') + "</Long>",
          wide + "</w>",
          nested()};
}

void ask(Play& play, const ipc::ResourceCall& message) {
  if (play.good() && exports(play.subject(), message.operation)) play.ask(message, entry_point_of(message.operation));
}

std::vector<ipc::ResourceReference> odd_instances() {
  std::vector<ipc::ResourceReference> instances(4);
  instances[0].selectors.push_back({.name = "Name", .value = std::string(long_text, 'v')});
  instances[1].selectors.push_back({.name = std::string(long_text, 'n'), .value = "v"});
  for (const auto* text : odd_texts) {
    instances[2].selectors.push_back({.name = text, .value = text});
    instances.push_back({.resource_uri = {}, .selectors = {{.name = "Name", .value = text}}});
  }
  for (std::size_t i = 0; i < many; ++i) instances[3].selectors.push_back({.name = "Name", .value = "same"});
  return instances;
}

void odd_selectors(Play& play) {
  const auto& subject = play.subject();
  for (const auto operation : {get, put, invoke}) ask(play, resource_call(subject, operation));
  for (const auto& instance : odd_instances()) {
    for (const auto operation : operations) ask(play, resource_call(subject, operation, instance));
  }
}

void odd_contents(Play& play) {
  const auto& subject = play.subject();
  for (const auto& body : odd_bodies()) {
    for (const auto operation : {put, create, invoke}) {
      auto message = resource_call(subject, operation, invented_instance(subject));
      message.body = body;
      ask(play, message);
    }
  }
  for (const auto& action : {std::string("urn:no-such-action"), std::string(), std::string("\xF0\x9F\x90\x9A"),
                             std::string("/"), std::string(long_text, 'a')}) {
    auto message = resource_call(subject, invoke, wanted_instance(subject));
    message.action = action;
    ask(play, message);
  }
}

// A part of an object, options that there are not, another resource, an answer that there is no room for.
void odd_details(Play& play) {
  const auto& subject = play.subject();
  for (const auto operation : operations) {
    const auto instance = operation == remove ? invented_instance(subject) : wanted_instance(subject);
    auto message = resource_call(subject, operation, instance);
    message.details.fragment = {.text = "//*[last()]/@*", .dialect = "http://www.w3.org/TR/1999/REC-xpath-19991116"};
    ask(play, message);
    message.details.fragment = {.text = std::string(long_text, '/'), .dialect = "urn:no-such-dialect"};
    message.details.locale = "xx-Invalid-locale-of-no-place";
    message.details.data_locale.clear();
    ask(play, message);
    message.details.fragment.reset();
    for (const auto* text : odd_texts) {
      message.details.options.push_back({.name = text, .value = text, .type = "xs:string", .must_comply = true});
    }
    message.details.options_must_understand = true;
    message.details.resource_uri = "urn:no-such-resource/" + std::string(1'000, 'r');
    message.details.max_envelope_size = 1;
    ask(play, message);
  }
}

void odd_enumerations(Play& play) {
  const auto& subject = play.subject();
  if (!exports(subject, enumerate)) return;
  std::vector<ipc::EnumerationOpen> odd(5, enumeration_open(subject, "ODD", ipc::ItemKind::object_and_reference));
  odd[0].details.filter = {.text = "select * from nothing where",
                           .dialect = "http://schemas.microsoft.com/wbem/wsman/1/WQL"};
  odd[1].details.filter = {.text = std::string(long_text, '('), .dialect = "urn:no-such-dialect"};
  odd[2].selector_filter.emplace();
  odd[3].selector_filter = odd_instances()[2].selectors;
  odd[4].details.selectors = odd_instances()[2].selectors;
  odd[4].details.options_must_understand = true;
  for (const auto& message : odd) {
    if (play.good()) enumerate_all(play, message);
  }
}

}  // namespace

void play_resource_hostile(Play& play) {
  if (!play.start()) return;
  odd_selectors(play);
  odd_contents(play);
  odd_details(play);
  odd_enumerations(play);
  play.stop();
}

}  // namespace winrmd::tools::check
