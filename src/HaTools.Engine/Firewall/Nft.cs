using HaTools.Linux;

namespace HaTools.Engine.Firewall;

/// <summary>What is asked of the program <c>nft</c>.</summary>
internal interface INft
{
    /// <summary>Carries out a text of commands, all or none of them.</summary>
    /// <exception cref="HaEngineException">It was refused, or nft is missing.</exception>
    void Load(string text);

    /// <summary>A table as nft shows it, without counters; null: there is none.</summary>
    /// <exception cref="HaEngineException">nft is missing, or cannot speak to the kernel.</exception>
    string? List(string family, string table);
}

/// <summary>
/// The program <c>nft</c> (man 8 nft), in the network namespace of the calling thread, which waits for it. It keeps the kernel's format its own business.
/// </summary>
/// <param name="purpose">What needs it, for errors.</param>
/// <param name="program">Its name.</param>
internal sealed class Nft(string purpose, string program = Nft.Program) : INft
{
    /// <summary>What needs the table of <see cref="FirewallRuleset"/>.</summary>
    public const string VirtualMacs = "virtual MAC addresses and `no_accept`";

    private const string Program = "nft";
    private const int MostOutput = 4 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public void Load(string text)
    {
        if (Run(["-f", "-"], text, out string output)) return;
        throw new HaEngineException($"nft refused the firewall table: {FirstLine(output)}");
    }

    public string? List(string family, string table)
    {
        if (Run(["-s", "list", "table", family, table], null, out string output)) return output;
        if (output.Contains("No such file or directory", StringComparison.Ordinal)) return null;
        throw new HaEngineException($"nft cannot read the table {family} {table}: {FirstLine(output)}");
    }

    private bool Run(IReadOnlyList<string> arguments, string? input, out string output)
    {
        var options = new ChildProcessOptions { FileName = program, Arguments = arguments, Input = input, CaptureOutputBytes = MostOutput };
        using ChildProcess child = Start(options);
        try
        {
            ChildExit exit = child.WaitAsync().WaitAsync(Patience).GetAwaiter().GetResult();
            output = child.Output;
            return exit.IsSuccess;
        }
        catch (TimeoutException e)
        {
            child.KillGroup(Libc.SIGKILL);
            throw new HaEngineException($"nft {string.Join(' ', arguments)} did not end within {Patience.TotalSeconds:0} s", e);
        }
    }

    private ChildProcess Start(ChildProcessOptions options)
    {
        try
        {
            return ChildProcess.Start(options);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT && options.FileName == Program)
        {
            // A PATH without sbin, as an unprivileged shell's.
            return Start(options with { FileName = "/usr/sbin/nft" });
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            throw new HaEngineException(
                $"{purpose} need the program nft, which is not there: install it (Debian, Ubuntu, Fedora: package nftables)", e);
        }
        catch (LinuxException e)
        {
            throw new HaEngineException($"{purpose} need the program nft, which cannot be run: {e.Message}", e);
        }
    }

    private static string FirstLine(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "it gave no reason";
}
