#include "net/operations/shell_body.hpp"

#include <gtest/gtest.h>

#include "wsman_codes.h"

namespace winrmd::net {
namespace {

soap::Request request_with(std::string_view body) {
  const auto envelope =
      R"(<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing")"
      R"( xmlns:r="http://schemas.microsoft.com/wbem/wsman/1/windows/shell"><s:Header><a:Action>urn:x</a:Action>)"
      R"(<a:MessageID>uuid:1</a:MessageID></s:Header><s:Body>)" +
      std::string(body) + "</s:Body></s:Envelope>";
  auto parsed = soap::parse_request(envelope, "UTF-8", {});
  EXPECT_TRUE(parsed) << body;
  return std::move(*parsed);
}

template <class T>
std::uint32_t code_of(const Outcome<T>& outcome) {
  return outcome ? 0 : outcome.error().code;
}

TEST(ShellBody, EverythingMayBeAbsent) {
  const auto body = parse_shell(request_with("<r:Shell/>"));
  ASSERT_TRUE(body);
  EXPECT_EQ(body->input_streams, std::vector<std::string>{"stdin"});
  EXPECT_EQ(body->output_streams, (std::vector<std::string>{"stdout", "stderr"}));
  EXPECT_FALSE(body->id || body->idle_timeout || body->open_content);
}

TEST(ShellBody, EverythingIsRead) {
  const auto body = parse_shell(request_with(
      R"(<r:Shell ShellId="uuid:11111111-2222-3333-4444-555555555555" Name="n"><r:OutputStreams> stderr  stdout </r:OutputStreams>)"
      R"(<r:Environment><r:Variable Name="A">b c</r:Variable><r:Variable Name="E"/></r:Environment>)"
      R"(<r:WorkingDirectory>/srv</r:WorkingDirectory><r:IdleTimeOut>PT90S</r:IdleTimeOut><o:x xmlns:o="urn:o">y</o:x></r:Shell>)"));
  ASSERT_TRUE(body);
  EXPECT_EQ(*body->id, "11111111-2222-3333-4444-555555555555");
  EXPECT_EQ(body->name, "n");
  EXPECT_EQ(body->output_streams, (std::vector<std::string>{"stderr", "stdout"}));
  ASSERT_EQ(body->environment.size(), 2U);
  EXPECT_EQ(body->environment[0].value, "b c");
  EXPECT_EQ(body->environment[1].value, "");
  EXPECT_EQ(body->working_directory, "/srv");
  EXPECT_EQ(*body->idle_timeout, std::chrono::seconds(90));
  EXPECT_TRUE(body->open_content->contains("urn:o"));
}

TEST(ShellBody, BadBodiesHaveTheirCode) {
  EXPECT_EQ(code_of(parse_shell(request_with(""))), ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(code_of(parse_shell(request_with("<Shell xmlns='urn:other'/>"))), ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(code_of(parse_shell(request_with("<r:Shell ShellId='1'/>"))), ERROR_WINRS_SHELL_CLIENTID_NOT_VALID);
  EXPECT_EQ(code_of(parse_shell(request_with("<r:Shell><r:IdleTimeOut>soon</r:IdleTimeOut></r:Shell>"))),
            ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(code_of(parse_shell(
                request_with("<r:Shell><r:Environment><r:Variable>x</r:Variable></r:Environment></r:Shell>"))),
            ERROR_INVALID_PARAMETER);
  EXPECT_EQ(code_of(parse_shell(request_with("<r:Shell Name='" + std::string(255, 'x') + "'/>"))), 0U);
  EXPECT_EQ(code_of(parse_shell(request_with("<r:Shell Name='" + std::string(256, 'x') + "'/>"))),
            ERROR_WSMAN_CLIENT_CREATESHELL_NAME_INVALID);
  EXPECT_EQ(code_of(parse_command(request_with("<r:CommandLine/>"))), ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(
      code_of(parse_command(request_with("<r:CommandLine CommandId='x'><r:Command>a</r:Command></r:CommandLine>"))),
      ERROR_WINRS_SHELLCOMMAND_CLIENTID_NOT_VALID);
  EXPECT_EQ(code_of(parse_send(request_with("<r:Send/>"))), ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(code_of(parse_send(request_with("<r:Send><r:Stream Name='stdin'>!!</r:Stream></r:Send>"))),
            ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(code_of(parse_receive(request_with("<r:Receive/>"))), ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(code_of(parse_signal(request_with("<r:Signal/>"))), ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
}

TEST(ShellBody, StreamsHaveLimits) {
  const auto with_streams = [](std::string_view element, std::size_t count, std::size_t size) {
    std::string names;
    for (std::size_t i = 0; i < count; ++i) names += std::string(size, 'x') + ' ';
    const auto open = '<' + std::string(element);
    return request_with(element.starts_with("r:Desired")
                            ? "<r:Receive>" + open + '>' + names + "</r:DesiredStream></r:Receive>"
                            : "<r:Shell>" + open + '>' + names + "</" + std::string(element) + "></r:Shell>");
  };
  EXPECT_EQ(code_of(parse_shell(with_streams("r:InputStreams", max_streams, max_stream_name))), 0U);
  EXPECT_EQ(code_of(parse_shell(with_streams("r:OutputStreams", max_streams, max_stream_name))), 0U);
  EXPECT_EQ(code_of(parse_receive(with_streams("r:DesiredStream", max_streams, max_stream_name))), 0U);
  for (const auto& [count, size] : {std::pair(max_streams + 1, max_stream_name), std::pair(1UL, max_stream_name + 1),
                                    std::pair(20'000UL, 3UL), std::pair(1UL, 100'000UL)}) {
    EXPECT_EQ(code_of(parse_shell(with_streams("r:InputStreams", count, size))),
              ERROR_WSMAN_SHELL_INVALID_INPUT_STREAM);
    EXPECT_EQ(code_of(parse_shell(with_streams("r:OutputStreams", count, size))),
              ERROR_WSMAN_SHELL_INVALID_DESIRED_STREAMS);
    EXPECT_EQ(code_of(parse_receive(with_streams("r:DesiredStream", count, size))),
              ERROR_WSMAN_SHELL_INVALID_DESIRED_STREAMS);
  }
}

TEST(ShellBody, CommandsSendsReceivesAndSignals) {
  const auto command = parse_command(request_with(
      "<r:CommandLine><r:Command>echo</r:Command><r:Arguments>a b</r:Arguments><r:Arguments/></r:CommandLine>"));
  ASSERT_TRUE(command);
  EXPECT_EQ(command->arguments, (std::vector<std::string>{"a b", ""}));
  const auto send = parse_send(request_with(
      "<r:Send><r:Stream Name='stdin' CommandId='C'>YQ==</r:Stream><r:Stream Name='stdin' End='TRUE'/></r:Send>"));
  ASSERT_TRUE(send);
  EXPECT_EQ(send->at(0).data, "a");
  EXPECT_EQ(send->at(0).command, "C");
  EXPECT_FALSE(send->at(0).end);
  EXPECT_TRUE(send->at(1).end);
  const auto receive = parse_receive(
      request_with("<r:Receive><r:DesiredStream CommandId='C'>stdout stderr</r:DesiredStream></r:Receive>"));
  ASSERT_TRUE(receive);
  EXPECT_EQ(receive->streams.size(), 2U);
  const auto signal = parse_signal(request_with("<r:Signal CommandId='C'><r:Code> x </r:Code></r:Signal>"));
  ASSERT_TRUE(signal);
  EXPECT_EQ(signal->code, "x");
}

}  // namespace
}  // namespace winrmd::net
