using HaTools.Configuration.Diagnostics;
using HaTools.Configuration.Keepalived;

namespace HaTools.Configuration.Tests;

public class LexerTests
{
    [Theory]
    [InlineData("a b", "a@1:1 b@1:3")]
    [InlineData("a! b", "a@1:1")]
    [InlineData("! a\nb # c\r\n d", "b@2:1 d@3:2")]
    [InlineData("a{b}c", "a@1:1 {@1:2 b@1:3 }@1:4 c@1:5")]
    [InlineData("monitor_nginx{", "monitor_nginx@1:1 {@1:14")]
    [InlineData("\"a b\" c", "a b@1:1 c@1:7")]
    [InlineData("'a \"b\"' c", "a \"b\"@1:1 c@1:9")]
    [InlineData("x\"a b\"c d", "xa bc@1:1 d@1:9")]
    [InlineData("it's", "it's@1:1")]
    [InlineData("\"a#b!c{d}\" e", "a#b!c{d}@1:1 e@1:12")]
    [InlineData("\uFEFFa\n\uFEFF", "a@1:1 \uFEFF@2:1")]
    [InlineData("中文 字", "中文@1:1 字@1:4")]
    [InlineData("\"😀\" 字 x", "😀@1:1 字@1:5 x@1:7")]
    [InlineData("${A}{", "${A}@1:1 {@1:5")]
    [InlineData("a //b { c\nd", "a@1:1 //b { c@1:3 d@2:1")]
    [InlineData("http://x", "http://x@1:1")]
    [InlineData("a\\ b", "a\\@1:1 b@1:4")]
    public void Words_braces_and_comments(string text, string expected) => Assert.Equal(expected, Describe(text, out _));

    [Theory]
    [InlineData("\\a\\b\\E\\f\\n\\r\\t\\v", "\a\b\u001b\f\n\r\t\v")]
    [InlineData("\\101\\x41\\x4a", "AAJ")]
    [InlineData("\\cA", "\u0001")]
    [InlineData("\\\"\\'\\\\\\.", "\"'\\.")]
    [InlineData("\\x4", "\u0004")]
    [InlineData("\\xg", "xg")]
    [InlineData("\\1018", "A8")]
    public void Escapes_between_quotes(string escaped, string expected)
    {
        var lexer = new ConfLexer($"\"{escaped}\"", new DiagnosticBag(null));
        Assert.Equal(ConfToken.Word, lexer.Next());
        Assert.Equal(expected, lexer.Word.Text);
        Assert.True(lexer.Word.Quoted);
    }

    [Theory]
    [InlineData("a \"b c", "1:3 Error UnterminatedQuote")]
    [InlineData("a 'b\nc", "1:3 Error UnterminatedQuote")]
    [InlineData("a \"b\\", "1:3 Error UnterminatedQuote")]
    [InlineData("a \"\\0\"", "1:4 Error InvalidEscape")]
    [InlineData("a \"\\777\"", "1:4 Error InvalidEscape")]
    [InlineData("a\u00A0b", "1:2 Error InvisibleCharacter")]
    [InlineData("a\u3000b", "1:2 Error InvisibleCharacter")]
    [InlineData("auth_pass ab#cd", "1:11 Warning CommentInsideWord")]
    [InlineData("a // b }", "1:3 Error BraceInSlashComment")]
    [InlineData("a // don't", "")]
    [InlineData("\"a\"#c", "")]
    [InlineData("a # \u3000", "")]
    public void What_is_amiss_has_its_place(string text, string expected)
    {
        Describe(text, out DiagnosticBag diagnostics);
        Assert.Equal(expected, string.Join(' ', diagnostics.ToResult(HaConfiguration.Empty, false).Brief()));
    }

    private static string Describe(string text, out DiagnosticBag diagnostics)
    {
        diagnostics = new DiagnosticBag(null);
        var lexer = new ConfLexer(text, diagnostics);
        var tokens = new List<string>();
        while (true)
        {
            ConfToken token = lexer.Next();
            string? said = token switch
            {
                ConfToken.Word or ConfToken.SlashTail => lexer.Word.Text,
                ConfToken.Open => "{",
                ConfToken.Close => "}",
                _ => null,
            };
            if (token == ConfToken.EndOfText) return string.Join(' ', tokens);
            if (said is not null) tokens.Add($"{said}@{lexer.Position.Line}:{lexer.Position.Column}");
        }
    }
}
