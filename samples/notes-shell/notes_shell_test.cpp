// What the shell remembers. tests/e2e has clients that leave and come back.
#include <gtest/gtest.h>

#include "notes.hpp"

namespace {

DWORD code_of(Notes& notes, const wsman::String& note) {
  try {
    notes.add(note);
    return NO_ERROR;
  } catch (const wsman::Error& error) {
    return error.code();
  }
}

TEST(SomeNotes, are_counted_and_escaped) {
  Notes notes;
  EXPECT_EQ(notes.document(), u"<Notes xmlns=\"urn:example:notes\"></Notes>");
  EXPECT_EQ(notes.add(u"a<b>&c"), 1U);
  EXPECT_EQ(notes.add(u"\x01\t\xFFFF ä"), 2U);
  EXPECT_EQ(notes.document(),
            u"<Notes xmlns=\"urn:example:notes\"><Note>a&lt;b&gt;&amp;c</Note><Note>?\t? ä</Note></Notes>");
}

TEST(SomeNotes, have_limits) {
  Notes notes;
  EXPECT_EQ(code_of(notes, wsman::String(Notes::max_size, u'x')), NO_ERROR);
  EXPECT_EQ(code_of(notes, wsman::String(Notes::max_size + 1, u'x')), ERROR_INVALID_PARAMETER);
  for (std::size_t i = 1; i < Notes::max_notes; ++i) EXPECT_EQ(code_of(notes, u"x"), NO_ERROR);
  EXPECT_EQ(code_of(notes, u"x"), ERROR_WSMAN_QUOTA_LIMIT);
}

}  // namespace
