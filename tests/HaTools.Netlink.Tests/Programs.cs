using System.Diagnostics;

namespace HaTools.Netlink.Tests;

/// <summary>Other programs, run in the network namespace of the calling thread.</summary>
internal static class Programs
{
    /// <summary>Runs a program that is to succeed, and returns what it wrote.</summary>
    public static string Run(string program, params string[] arguments)
    {
        (int exit, string output, string errors) = RunToItsEnd(null, program, arguments);
        Assert.True(exit == 0, $"{program} {string.Join(' ', arguments)}: exit {exit}\n{errors}");
        return output;
    }

    /// <summary>Runs a program. False: it failed.</summary>
    public static bool TryRun(string program, params string[] arguments) => RunToItsEnd(null, program, arguments).Exit == 0;

    /// <summary>Gives a text to a program that is to succeed, and to complain of nothing.</summary>
    public static void Feed(string input, string program, params string[] arguments)
    {
        (int exit, _, string errors) = RunToItsEnd(input, program, arguments);
        Assert.True(exit == 0 && errors.Length == 0, $"{program} {string.Join(' ', arguments)}: exit {exit}\n{errors}");
    }

    /// <summary>Gives a text to a program. False: it failed, or complained of something.</summary>
    public static bool TryFeed(string input, string program, params string[] arguments)
    {
        (int exit, _, string errors) = RunToItsEnd(input, program, arguments);
        return exit == 0 && errors.Length == 0;
    }

    private static (int Exit, string Output, string Errors) RunToItsEnd(string? input, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = input is not null,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            try
            {
                process.StandardInput.Write(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended before it had read all, which its exit code tells.
            }
        }

        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
