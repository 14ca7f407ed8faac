using System.Text;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>What the lexer found.</summary>
internal enum ConfToken
{
    Word,
    Open,
    Close,

    /// <summary>
    /// A word that begins with <c>//</c>, with everything after it on the line: no comment for keepalived, but meant as one.
    /// </summary>
    SlashTail,
    EndOfLine,
    EndOfText,
}

/// <summary>
/// Cuts a keepalived.conf into words, braces and line ends. <c>!</c> and <c>#</c> outside quotes begin a comment, even inside a word;
/// a brace outside quotes stands for itself, even glued to a word; <c>"</c> quotes anywhere, <c>'</c> where a word begins.
/// </summary>
internal sealed class ConfLexer(string text, DiagnosticBag diagnostics, bool isDamaged = false)
{
    private readonly StringBuilder buffer = new();
    private int index = text.StartsWith('\uFEFF') ? 1 : 0;
    private int line = 1;
    private int lineStart = text.StartsWith('\uFEFF') ? 1 : 0;
    private int pairsBefore; // surrogate pairs of this line up to pairsCounted: they are one character, but two chars
    private int pairsCounted;

    /// <summary>The last word or tail.</summary>
    public ConfWord Word { get; private set; } = ConfWord.None;

    /// <summary>Where the last token began.</summary>
    public TextPosition Position { get; private set; }

    public ConfToken Next()
    {
        while (index < text.Length)
        {
            char c = text[index];
            if (c == '\n')
            {
                Position = At(index);
                index++;
                (line, lineStart, pairsBefore, pairsCounted) = (line + 1, index, 0, 0);
                return ConfToken.EndOfLine;
            }
            if (IsBlank(c)) index++;
            else if (c is '!' or '#') SkipToEndOfLine();
            else break;
        }
        Position = At(index);
        if (index >= text.Length) return ConfToken.EndOfText;
        switch (text[index])
        {
            case '{':
                index++;
                return ConfToken.Open;
            case '}':
                index++;
                return ConfToken.Close;
            case '/' when index + 1 < text.Length && text[index + 1] == '/':
                ReadSlashTail();
                return ConfToken.SlashTail;
            default:
                ReadWord();
                return ConfToken.Word;
        }
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\r' or '\v' or '\f';

    private TextPosition At(int at)
    {
        for (int i = lineStart + pairsCounted; i < at; i++)
        {
            if (char.IsLowSurrogate(text[i])) pairsBefore++;
        }
        pairsCounted = Math.Max(pairsCounted, at - lineStart);
        return new TextPosition(line, at - lineStart - pairsBefore + 1);
    }

    private void SkipToEndOfLine()
    {
        int end = text.IndexOf('\n', index);
        index = end < 0 ? text.Length : end;
    }

    private void ReadSlashTail()
    {
        int start = index;
        SkipToEndOfLine();
        string tail = text[start..index].TrimEnd();
        Word = new ConfWord(tail, Position, false);
        if (tail.AsSpan().IndexOfAny('{', '}') < 0) return;
        diagnostics.Error("BraceInSlashComment", Position, tail,
            "`//` begins no comment in keepalived.conf, and the brace after it would count. Write `#` if this is a comment.");
    }

    private void ReadWord()
    {
        TextPosition start = Position;
        int from = index;
        buffer.Clear();
        bool quoted = false;
        while (index < text.Length)
        {
            char c = text[index];
            if (c is '\n' or '{' or '}' || IsBlank(c)) break;
            if (c is '!' or '#')
            {
                WarnOfGluedComment(start, quoted);
                break;
            }
            if (c == '"' || (c == '\'' && index == from))
            {
                quoted = true;
                ReadQuoted(c);
            }
            else if (c == '$' && index + 1 < text.Length && text[index + 1] == '{')
            {
                ReadVariable();
            }
            else
            {
                if (IsInvisible(c)) ReportInvisible(c);
                buffer.Append(c);
                index++;
            }
        }
        Word = new ConfWord(buffer.ToString(), start, quoted);
        if (isDamaged && Word.Text.Contains(NotUtf8.Replacement, StringComparison.Ordinal))
            diagnostics.Error(NotUtf8.Code, start, null, "This word is not UTF-8. Write it in UTF-8; comments may be in another encoding.");
    }

    private void WarnOfGluedComment(TextPosition start, bool quoted)
    {
        if (quoted && text[index - 1] is '"' or '\'') return;
        diagnostics.Warning("CommentInsideWord", start, buffer.ToString() + text[index],
            $"`{text[index]}` begins a comment even inside a word: this is read as `{buffer}`. Put the word in double quotes if it is " +
            "part of it.");
    }

    private static bool IsInvisible(char c) => c is '\u00A0' or '\u3000' or '\u200B' or '\uFEFF';

    private void ReportInvisible(char c) => diagnostics.Error("InvisibleCharacter", At(index), c.ToString(),
        $"This blank is U+{(int)c:X4}, which separates no words. Write a plain space.");

    // ${NAME}: its braces are no block.
    private void ReadVariable()
    {
        int end = text.AsSpan(index).IndexOfAny('}', '\n');
        int stop = end < 0 ? text.Length : index + end + (text[index + end] == '}' ? 1 : 0);
        buffer.Append(text, index, stop - index);
        index = stop;
    }

    private void ReadQuoted(char quote)
    {
        TextPosition opening = At(index);
        index++;
        while (index < text.Length && text[index] != '\n')
        {
            char c = text[index];
            if (c == quote)
            {
                index++;
                return;
            }
            if (c == '\\' && index + 1 < text.Length && text[index + 1] is not ('\n' or '\r')) ReadEscape();
            else
            {
                buffer.Append(c);
                index++;
            }
        }
        if (buffer.Length > 0 && buffer[^1] == '\r') buffer.Length--;
        diagnostics.Error("UnterminatedQuote", opening, quote.ToString(), $"The {quote} that is opened here is not closed on this line.");
    }

    private void ReadEscape()
    {
        int start = index;
        char c = text[index + 1];
        index += 2;
        int value = c switch
        {
            'a' => '\a',
            'b' => '\b',
            'E' => 0x1b,
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            >= '0' and <= '7' => ReadDigits(index - 1, 3, 8),
            'x' when index < text.Length && char.IsAsciiHexDigit(text[index]) => ReadDigits(index, 2, 16),
            'c' when index < text.Length && char.IsAsciiLetter(text[index]) => text[index++] & 0x1f,
            _ => c,
        };
        if (value is 0 or > 255 && value != c)
            diagnostics.Error("InvalidEscape", At(start), text[start..index], "No text can hold this character.");
        else buffer.Append((char)value);
    }

    private int ReadDigits(int from, int atMost, int radix)
    {
        int value = 0;
        for (index = from; index < text.Length && index < from + atMost; index++)
        {
            int digit = char.IsAsciiHexDigit(text[index]) ? Convert.ToInt32(text[index].ToString(), 16) : radix;
            if (digit >= radix) break;
            value = value * radix + digit;
        }
        return value;
    }
}
