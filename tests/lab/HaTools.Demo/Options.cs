using HaTools.Lab.Playing;

namespace HaTools.Demo;

/// <summary>The command line.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Cast">Which daemons play.</param>
/// <param name="List">Only name the scenarios.</param>
/// <param name="EventFile">Write events as JSON lines here and draw nothing: how the kernel lab plays.</param>
/// <param name="KernelCommand">Boot the kernel lab, run this line of bash there, and end with its exit code: how test.sh does it.</param>
/// <param name="StockKernel">Boot Debian's kernel for that, which tests/lab/stock-kernel.sh has put into this folder, instead of User Mode Linux.</param>
/// <param name="Plain">No colours, no redrawing.</param>
internal sealed record Options(string Scenario, Cast Cast, bool List, string? EventFile, string? KernelCommand, string? StockKernel, bool Plain)
{
    public const string Usage = """
        usage: demo.sh [SCENARIO] [--with DAEMONS] [--plain]
               demo.sh --list

        SCENARIO         what is played; seed-001 unless told
        --with DAEMONS   who keeps the virtual address: hanode (unless told), keepalived, or one for the master and one for the backup:
                         hanode+keepalived
        --plain          no colours, no redrawing; also when the output is no terminal, or NO_COLOR is set
        """;

    /// <exception cref="FormatException">A word is not known.</exception>
    public static Options Parse(string[] words)
    {
        var options = new Options("seed-001", Cast.Hanode, false, null, null, null,
            Console.IsOutputRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 });
        for (int i = 0; i < words.Length; i++)
        {
            string Value() => ++i < words.Length ? words[i] : throw new FormatException($"{words[i - 1]} wants a value");
            options = words[i] switch
            {
                "--list" => options with { List = true },
                "--plain" => options with { Plain = true },
                "--with" => options with { Cast = Cast.Parse(Value()) },
                "--kernel" => options with { KernelCommand = Value() },
                "--stock" => options with { StockKernel = Value() },
                "--events" => options with { EventFile = Value() },
                var word when !word.StartsWith('-') => options with { Scenario = word },
                var word => throw new FormatException($"no such option: {word}"),
            };
        }
        return options;
    }
}
