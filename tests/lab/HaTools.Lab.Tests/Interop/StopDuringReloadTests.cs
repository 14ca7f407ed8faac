using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Interop;

/// <summary>SIGHUP, and SIGTERM before it has been carried out.</summary>
[Trait("Needs", "root")]
public sealed class StopDuringReloadTests
{
    private static readonly CancellationToken stop = CancellationToken.None;
    private static readonly Variant variant = Variant.Version3 with { Instance = "" };

    /// <summary>The configuration is a pipe by then: the reload waits for it until the node has stopped.</summary>
    [LabFact]
    public async Task A_node_that_is_stopped_while_a_reload_reads_its_file_ends_well()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync(
        [
            new LabNodeSpec("one", "eth0", "10.70.0.1/24") { Furnish = node => variant.Furnish(node, DirectorDaemon.Hanode, preferred: true) },
        ], stop);
        string script = $"""
            export DOTNET_ROOT='{HanodeProgram.DotnetRoot}'
            cd /tmp
            cp /etc/keepalived/keepalived.conf saved
            cp saved pipe.conf
            '{HanodeProgram.Path}' run -f pipe.conf --name r --log log & hanode=$!
            until grep -q 'Entering MASTER STATE' log; do sleep 0.05; done
            rm pipe.conf
            mkfifo pipe.conf
            kill -HUP $hanode
            exec 3> pipe.conf
            kill -TERM $hanode
            until grep -q 'Stopped node r' log; do sleep 0.05; done
            cat saved >&3
            exec 3>&-
            wait $hanode
            echo "exit $?"
            """;

        CommandResult ran = await lab["one"].RunAsync(script, stop);

        Assert.True(ran.Output.Trim() == "exit 0", ran.Output + ran.Error + lab["one"].ReadFile("/tmp/log"));
    }
}
