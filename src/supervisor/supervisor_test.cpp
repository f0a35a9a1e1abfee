#include <gtest/gtest.h>

#include "supervisor/setups.hpp"

namespace winrmd::supervisor {
namespace {

TEST(Setups, ParametersBecomeInitializationXml) {
  EXPECT_EQ(initialization_xml({}), "");
  EXPECT_EQ(initialization_xml({{"A", "1"}, {"B<", "\"&'>\n"}}),
            "<InitializationParameters><Param Name=\"A\" Value=\"1\"/>"
            "<Param Name=\"B&lt;\" Value=\"&quot;&amp;'&gt;&#10;\"/></InitializationParameters>");
}

}  // namespace
}  // namespace winrmd::supervisor
