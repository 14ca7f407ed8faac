using System.Diagnostics;
using HaTools.Module.Errors;

namespace HaTools.Module.Nodes;

/// <summary>Starts the engine as a program of its own. It lies in the module: <c>bin/hanode/hanode</c>.</summary>
internal static class HanodeProgram
{
    public static string Path { get; } =
        System.IO.Path.GetFullPath("../hanode/hanode", System.IO.Path.GetDirectoryName(typeof(HanodeProgram).Assembly.Location)!);

    /// <summary>Returns when the node runs, with its state.</summary>
    /// <exception cref="HaErrorException">It does not; the message is what it said.</exception>
    public static async Task<HaNodeStatus> StartDetachedAsync(string path, string name, bool strict, CancellationToken stop)
    {
        if (!File.Exists(Path)) throw new HaErrorException(HaErrors.HanodeMissing(Path));
        var start = new ProcessStartInfo(Path)
        {
            ArgumentList = { "run", "-f", path, "--name", name, "--detach" },
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        if (strict) start.ArgumentList.Add("--strict");
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> said = process.StandardError.ReadToEndAsync(stop);
        Task<string> printed = process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop).ConfigureAwait(false);
        string message = $"{await said.ConfigureAwait(false)}{await printed.ConfigureAwait(false)}".Trim();
        if (process.ExitCode != 0)
        {
            if (message.Length == 0) message = $"hanode ended with exit code {process.ExitCode}.";
            throw new HaErrorException(HaErrors.NodeCannotStart(name, message));
        }

        return await NodeDirectory.AskAsync(name, c => c.GetStatusAsync(stop), stop).ConfigureAwait(false);
    }
}
