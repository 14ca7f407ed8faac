using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Ipvs.Save;
using static HaTools.Netlink.Tests.Ipvs.IpvsNamespace;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests.Ipvs.Save;

/// <summary>Against a kernel with IPVS and Debian's ipvsadm 1.31: its words are ours, and a table goes through both unchanged.</summary>
[Trait("Needs", "ipvs")]
[Trait("Row", "I4")]
public class IpvsSaveKernelTests
{
    public static TheoryData<int> Seeds => [1, 2, 3, 4];

    [IpvsFact]
    public void The_kernel_tells_first_what_was_entered_last() => InNamespace(client =>
    {
        const string Text = """
            -A -t 192.0.2.1:80 -s mh
            -a -t 192.0.2.1:80 -r 192.0.2.12:80 -m -w 1
            -a -t 192.0.2.1:80 -r 192.0.2.13:80 -m -w 1
            -a -t 192.0.2.1:80 -r 192.0.2.11:80 -m -w 1

            """;
        Enter(client, SavedTables.Read(Text));
        IReadOnlyList<IpvsDestination> kernels = client.GetDestinations(Assert.Single(client.GetServices()).Key);
        Assert.Equal(["192.0.2.11:80", "192.0.2.13:80", "192.0.2.12:80"], kernels.Select(d => d.ToString()));
        Assert.Equal(Text, IpvsSaveWriter.Write(IpvsSavedTable.Read(client), IpvsSaveStyle.Whole));
    });

    [IpvsTheory]
    [MemberData(nameof(Seeds))]
    public void What_ipvsadm_writes_is_what_is_written_here_byte_for_byte(int seed) => EachTable(seed, (client, _) =>
        Assert.Equal(Run("ipvsadm", "-S", "-n"), IpvsSaveWriter.Write(IpvsSavedTable.Read(client), IpvsSaveStyle.Ipvsadm)));

    [IpvsTheory]
    [MemberData(nameof(Seeds))]
    public void The_whole_table_goes_through_ipvsadm_unchanged(int seed) => EachTable(seed, (client, table) =>
    {
        IpvsSavedTable before = IpvsSavedTable.Read(client);
        Assert.Equal(table.Sorted(), before.Sorted());
        string text = IpvsSaveWriter.Write(before, IpvsSaveStyle.Whole);
        client.Flush();
        Feed(text, "ipvsadm", "-R");
        Assert.Equal(before.Flat(), IpvsSavedTable.Read(client).Flat());
        Assert.Equal(text, IpvsSaveWriter.Write(IpvsSavedTable.Read(client), IpvsSaveStyle.Whole));
    });

    [IpvsTheory]
    [MemberData(nameof(Seeds))]
    public void What_ipvsadm_writes_is_read_here_as_the_kernel_has_it(int seed) => EachTable(seed, (client, _) =>
    {
        // The one thing that ipvsadm writes and nobody can read: -b, and no word for the third flag of sh and mh.
        string text = Run("ipvsadm", "-S", "-n").Replace(" -b \n", "\n", StringComparison.Ordinal);
        Assert.Equal(IpvsSavedTable.Read(client).AsIpvsadmTellsIt().Sorted(), SavedTables.Read(text).Sorted());
    });

    /// <summary>A line that ipvsadm takes comes to the same table here, and one that it refuses is refused.</summary>
    [IpvsTheory]
    [MemberData(nameof(Seeds))]
    public void A_line_means_here_what_it_means_for_ipvsadm(int seed) => InNamespace(client =>
    {
        var lines = new RandomLines(seed);
        for (int round = 0; round < (TestLength.IsLong ? 400 : 40); round++)
        {
            string text = $"{RandomLines.Services}{lines.Next()}\n";
            client.Flush();
            bool isTaken = TryFeed(text, "ipvsadm", "-R");
            IpvsSaveReading reading = IpvsSaveReader.Read(text);
            Assert.True(isTaken == reading.Succeeded, $"ipvsadm {(isTaken ? "takes" : "refuses")}, seed {seed}:\n{text}\n{string.Join('\n', reading.Errors)}");
            if (isTaken) Assert.Equal(IpvsSavedTable.Read(client).Sorted(), reading.Table!.Sorted());
        }
    });

    [IpvsFact]
    public void What_only_ipvsadm_S_knows_is_read_here_though_ipvsadm_R_refuses_it() => InNamespace(client =>
    {
        foreach (string line in (string[])["-A -f -5 -s rr", "-A -t 192.0.2.1:80 -s rr -p 2678401", "-A -t 192.0.2.1:81 -s rr -p 0"])
        {
            client.Flush();
            Assert.False(TryFeed($"{line}\n", "ipvsadm", "-R"));
            Enter(client, SavedTables.Read(line));
            Assert.Equal($"{line}\n", Run("ipvsadm", "-S", "-n"));
        }
    });

    private static void EachTable(int seed, Action<IpvsClient, IpvsSavedTable> test) => InNamespace(client =>
    {
        var random = new RandomTable(seed);
        for (int round = 0; round < 5; round++)
        {
            IpvsSavedTable table = random.Next(services: 1 + (8 * round), servers: 12);
            client.Flush();
            Enter(client, table);
            test(client, table);
        }
    });

    private static void Enter(IpvsClient client, IpvsSavedTable table)
    {
        foreach (IpvsCommandResult result in client.Apply(table.ToCommands())) Assert.True(result.Succeeded, result.ToException()?.Message);
    }
}
