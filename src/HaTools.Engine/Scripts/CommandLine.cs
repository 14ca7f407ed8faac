using System.Text;

namespace HaTools.Engine.Scripts;

/// <summary>
/// Splits a command line into a program and its arguments: blanks separate, ' and " quote, a backslash outside ' takes the next character
/// as it is.
/// </summary>
internal static class CommandLine
{
    /// <exception cref="FormatException">It is empty, or a quote has no end.</exception>
    public static IReadOnlyList<string> Split(string text)
    {
        List<string> words = [];
        var word = new StringBuilder();
        bool inWord = false;
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quote != '\0')
            {
                if (c == quote) quote = '\0';
                else if (c == '\\' && quote == '"' && i + 1 < text.Length && text[i + 1] is '"' or '\\') word.Append(text[++i]);
                else word.Append(c);
            }
            else if (c is '\'' or '"')
            {
                (quote, inWord) = (c, true);
            }
            else if (c == '\\' && i + 1 < text.Length)
            {
                word.Append(text[++i]);
                inWord = true;
            }
            else if (char.IsWhiteSpace(c))
            {
                if (inWord) words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
            else
            {
                word.Append(c);
                inWord = true;
            }
        }

        if (quote != '\0') throw new FormatException($"the quote {quote} has no end in the command line: {text}");
        if (inWord) words.Add(word.ToString());
        return words.Count > 0 && words[0].Length > 0 ? words : throw new FormatException("the command line is empty");
    }
}
