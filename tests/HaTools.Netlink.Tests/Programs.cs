using System.Diagnostics;

namespace HaTools.Netlink.Tests;

/// <summary>Other programs, run in the network namespace of the calling thread.</summary>
internal static class Programs
{
    /// <summary>Runs a program that is to succeed, and returns what it wrote.</summary>
    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: exit {process.ExitCode}\n{errors.Result}");
        return output;
    }
}
