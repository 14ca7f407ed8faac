using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace HaTools.Module.Completers;

/// <summary>Completes a word with names that are found at the moment.</summary>
public abstract class NameCompleter : IArgumentCompleter
{
    /// <summary>The names to offer, with a line of explanation each.</summary>
    protected abstract IEnumerable<(string Name, string Explanation)> Names(IDictionary boundParameters);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = (wordToComplete ?? "").Trim('\'', '"');
        foreach ((string name, string explanation) in Names(fakeBoundParameters))
        {
            if (!name.StartsWith(word, StringComparison.OrdinalIgnoreCase)) continue;
            string text = name.Any(c => char.IsWhiteSpace(c) || "[]()'\"$&;,|".Contains(c, StringComparison.Ordinal))
                ? "'" + name.Replace("'", "''", StringComparison.Ordinal) + "'"
                : name;
            yield return new CompletionResult(text, name, CompletionResultType.ParameterValue, explanation);
        }
    }
}
