using System.Text;

namespace HaTools.Netlink.Tests.Ipvs.Save;

/// <summary>Lines in the manners of popt and ipvsadm, good and bad. What the reader takes or refuses on purpose is not among them.</summary>
internal sealed class RandomLines(int seed)
{
    /// <summary>Services to which lines may add.</summary>
    public const string Services = "-A -t 192.0.2.1:80 -s rr\n-A -f 7 -s rr\n-A -f 7 -6 -s rr\n-A -u [2001:db8::1]:53 -s rr\n";

    private static readonly string[] Keys =
    [
        "-t 192.0.2.1:80", "-t192.0.2.1:80", "--tcp-service=192.0.2.1:80", "-t 192.0.2.9:90", "-t 192.0.2.9", "-t 192.0.521:90", "-t=0xc0.0.2.9:+90", "-f 7", "-f 8", "-f 7 -6",
        "-f9", "-f 0", "-f 8x", "-6 -f 7", "-u [2001:db8::1]:53", "-u 2001:db8::1", "-u [2001:db8::1]", "-u [2001:db8::2]:53", "--sctp-service 192.0.2.9:9", "-t 80", "-t", "-u 192.0.2.9:70000",
        "-u 192.0.2.9:90", "-u 192.0.2.9:53 -t 192.0.2.9:53",
    ];

    private static readonly string[] OfServices =
    [
        "-s wlc", "-swrr", "-s=sh", "-s mh", "-p", "-p 50", "-p=50", "-p50", "--persistent", "--persistent=77", "-p x", "-p -o", "-M 255.255.0.0", "-M 24", "-M 64", "--netmask=129", "-o", "-po", "-op",
        "--ops=1", "-b flag-1", "-b sh-port", "-b mh-port,mh-fallback", "-b flag-2,,flag-3", "-b nosuch", "--sort", "--", "extra", "-", "ipvsadm", "-w 5", "-Q", "--sched rr", "-o=1", "-n", "#",
    ];

    private static readonly string[] OfServers =
    [
        "-r 192.0.2.11", "-r 192.0.2.11:80", "-r192.0.2.12", "--real-server=192.0.2.11", "-r [2001:db8::11]:53", "-r 2001:db8::11", "-r [2001:db8::11]", "-r 80", "-m", "-g", "-i", "-mw5", "-iw=5", "-gw 5",
        "-w 0", "-w 65535", "-w -1", "-w x", "-w +5", "--weight", "-x 7", "-x7 -y3", "-y 3", "--u-threshold=5 --l-threshold 5", "--tun-type gue --tun-port 6080", "--tun-type=gre", "--tun-type ipip",
        "--tun-type gue", "--tun-type x", "--tun-port 5", "--tun-csum", "--tun-nocsum", "--tun-remcsum", "--tun-remcsum=1", "-s rr", "-p", "--sort", "ipvsadm", "extra", "--", "-mi",
    ];

    private readonly Random random = new(seed);

    public string Next()
    {
        bool isServer = random.Next(2) == 0;
        string[] commands = isServer ? ["-a", "--add-server", "ipvsadm -a", " -a", "-a -a"] : ["-A", "--add-service", "ipvsadm -A", "-A=1", "-AE"];
        var words = new List<string> { random.Next(12) == 0 ? Keys[0] : One(Keys) };
        if (isServer) words.Add(random.Next(4) == 0 ? One(OfServers) : One(OfServers[..6]));
        if (isServer && random.Next(3) > 0) words.Add(random.Next(2) == 0 ? "-i" : "-m");
        for (int more = random.Next(4); more > 0; more--) words.Add(One(isServer ? OfServers : OfServices));
        if (random.Next(3) == 0) random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(words));
        var line = new StringBuilder(random.Next(3) == 0 ? One(commands) : commands[0]);
        foreach (string word in words) line.Append(random.Next(10) == 0 ? " \t " : " ").Append(word);
        if (random.Next(10) == 0) line.Append(random.Next(2) == 0 ? " " : "\r");
        return line.ToString();
    }

    private string One(string[] of) => of[random.Next(of.Length)];
}
