using System.Diagnostics;

namespace HaTools.Lab.Machine;

/// <summary>What a finished command left behind.</summary>
internal sealed record CommandResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>Itself, when the command went well.</summary>
    /// <exception cref="LabException">It did not.</exception>
    public CommandResult OrThrow() => ExitCode == 0
        ? this
        : throw new LabException($"`{Command}` ended with exit code {ExitCode}: {(Error.Length > 0 ? Error : Output).Trim()}");
}

/// <summary>Runs a program to its end.</summary>
internal static class Command
{
    public static async Task<CommandResult> RunAsync(string file, IEnumerable<string> arguments, string? input, TimeSpan limit,
        CancellationToken stop)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string shown = $"{file} {string.Join(' ', start.ArgumentList)}";
        using var process = Process.Start(start) ?? throw new LabException($"cannot start {shown}");
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limited.CancelAfter(limit);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limited.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(limited.Token);
            if (input is not null) await process.StandardInput.WriteAsync(input).ConfigureAwait(false);
            process.StandardInput.Close();
            var result = new CommandResult(shown, 0, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
            await process.WaitForExitAsync(limited.Token).ConfigureAwait(false);
            return result with { ExitCode = process.ExitCode };
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new LabException($"`{shown}` did not end within {limit.TotalSeconds:0} s");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
