using HaTools.Engine;
using HaTools.Engine.Control;
using HaTools.Linux;

namespace HaTools.Node.Commands;

/// <summary>Starts <c>hanode run</c> as a process of its own and waits until its node answers or it has failed.</summary>
internal static class Detached
{
    private const int KeptOutput = 64 << 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task<int> StartAsync(HaNodeOptions options, string log)
    {
        if (Path.GetDirectoryName(log) is { Length: > 0 } folder) _ = Directory.CreateDirectory(folder);
        List<string> arguments = ["run", "--file", options.ConfigurationPath!, "--format", $"{options.ConfigurationFormat}", "--name", options.Name, "--log", log];
        arguments.AddRange(["--run-directory", options.RunDirectory]);
        if (options.Strict) arguments.Add("--strict");
        if (!options.Realtime) arguments.Add("--no-realtime");
        string program = Environment.ProcessPath!;
        if (Path.GetFileName(program) == "dotnet") arguments.Insert(0, Path.Combine(AppContext.BaseDirectory, "hanode.dll"));

        using ChildProcess child = ChildProcess.Start(new ChildProcessOptions { FileName = program, Arguments = arguments, CaptureOutputBytes = KeptOutput });
        Task<ChildExit> exit = child.WaitAsync();
        while (!exit.IsCompleted)
        {
            if (await AnswersAsync(options, child.Pid))
            {
                Console.WriteLine($"Node '{options.Name}' runs as process {child.Pid}; it logs to {log}.");
                return ExitCode.Success;
            }

            _ = await Task.WhenAny(exit, Task.Delay(Pause));
        }

        Console.Error.Write(child.Output);
        Console.Error.WriteLine($"hanode: the node '{options.Name}' did not start ({await exit}).");
        return ExitCode.Failure;
    }

    private static async Task<bool> AnswersAsync(HaNodeOptions options, int pid)
    {
        try
        {
            await using NodeClient client = await NodeClient.ConnectAsync(options.Name, options.RunDirectory);
            return (await client.GetStatusAsync()).ProcessId == pid;
        }
        catch (NodeControlException)
        {
            // Not yet: the child's exit ends the wait if it never comes.
            return false;
        }
    }
}
