using HaTools.Netlink.Ipvs.Save;

namespace HaTools.Netlink.Tests.Ipvs.Save;

/// <summary>What is wrong with a text, where it is, and in which words: one error for one fault.</summary>
public class IpvsSaveErrorTests
{
    private const string Web = "-A -t 192.0.2.1:80\n";
    private const string ToWeb = "-a -t 192.0.2.1:80 ";

    [Theory]
    [InlineData("foo", 1, 1, "foo", "a line begins with its command")]
    [InlineData("--", 1, 1, "--", "a line begins with its command")]
    [InlineData("  -t 192.0.2.1:80 -A", 1, 4, "t", "a line begins with its command")]
    [InlineData(" # a comment", 1, 2, "#", "a comment is a line that begins with #")]
    [InlineData("-A -t 192.0.2.1:80 # a comment", 1, 20, "#", "a comment is a line that begins with #")]
    [InlineData("-A -t 192.0.2.1:80 foo bar", 1, 20, "foo", "no option takes this argument")]
    [InlineData("-A -t 192.0.2.1:80 -- -p", 1, 23, "-p", "no option takes this argument")]
    [InlineData("-A -t 192.0.2.1:80 -", 1, 20, "-", "no option takes this argument")]
    [InlineData("-A -t 192.0.2.1:80 '-s rr'", 1, 20, "'-s", "no option takes this argument")]
    [InlineData("-A -t 192.0.2.1:80 -Q 5", 1, 21, "Q", "no such option")]
    [InlineData("-A -u 192.0.2.1:80 -oQ", 1, 22, "Q", "no such option")]
    [InlineData("-A -t 192.0.2.1:80 --sched rr", 1, 20, "--sched", "cannot be abbreviated")]
    [InlineData("--add -t 192.0.2.1:80", 1, 1, "--add", "cannot be abbreviated")]
    public void A_line_is_made_of_options(string text, int line, int column, string words, string message) =>
        AssertError(text, line, column, words, message);

    [Theory]
    [InlineData("-A -t 192.0.2.1:80 -a", 21, "a", "a line has one command, and this one's is -A (--add-service)")]
    [InlineData("-AE -t 192.0.2.1:80", 3, "E", "a line has one command")]
    [InlineData("-A=3 -t 192.0.2.1:80", 2, "A", "-A (--add-service) takes no value")]
    [InlineData("-A -t 192.0.2.1:80 --persistent=5 --ops=3 -p", 35, "--ops", "--ops) takes no value", "-p (--persistent) is more than one --persistent")]
    [InlineData("-A -t", 5, "t", "-t (--tcp-service) needs a value")]
    [InlineData("-A -t 192.0.2.1:80 --pe", 20, "--pe", "--pe needs a value")]
    [InlineData("-A -s rr", 1, "-A", "-A (--add-service) needs a service: -t (--tcp-service)")]
    [InlineData("-A -t 192.0.2.1:80 -u 192.0.2.1:53", 21, "u", "-u (--udp-service) is more than one service in a line")]
    [InlineData("-A -t 192.0.2.1:80 -w 5", 21, "w", "-w (--weight) is not for -A (--add-service)")]
    [InlineData("-A -t 192.0.2.1:80 -n", 21, "n", "-n (--numeric) is not for -A (--add-service)")]
    [InlineData("-A -t 192.0.2.1:80 --syncid 5", 20, "--syncid", "--syncid is not for -A (--add-service)")]
    public void An_option_stands_where_it_may(string text, int column, string words, params string[] messages) =>
        AssertError(text, 1, column, words, messages);

    [Theory]
    [InlineData("-E -t 192.0.2.1:80 -s rr", 2, "E", "-E (--edit-service)")]
    [InlineData("-D -t 192.0.2.1:80", 2, "D", "-D (--delete-service)")]
    [InlineData("-C", 2, "C", "-C (--clear)")]
    [InlineData("--clear", 1, "--clear", "-C (--clear)")]
    [InlineData("-e -t 192.0.2.1:80 -r 192.0.2.11", 2, "e", "-e (--edit-server)")]
    [InlineData("-d -t 192.0.2.1:80 -r 192.0.2.11", 2, "d", "-d (--delete-server)")]
    [InlineData("-Ln", 2, "L", "-L (--list)")]
    [InlineData("-l", 2, "l", "-l (--list)")]
    [InlineData("-Z", 2, "Z", "-Z (--zero)")]
    [InlineData("-R", 2, "R", "-R (--restore)")]
    [InlineData("-S -n", 2, "S", "-S (--save)")]
    [InlineData("--set 900 120 300", 1, "--set", "--set")]
    [InlineData("--start-daemon master --mcast-interface eth0", 1, "--start-daemon", "--start-daemon")]
    [InlineData("--stop-daemon=master", 1, "--stop-daemon", "--stop-daemon")]
    [InlineData("-h", 2, "h", "-h (--help)")]
    [InlineData("-v", 2, "v", "-v (--version)")]
    public void What_does_something_to_a_table_is_not_in_a_saved_one(string text, int column, string words, string command) =>
        AssertError(text, 1, column, words, $"{command} does something to a table: a saved one tells what is in it");

    [Theory]
    [InlineData("-t 80", "80", "no IPv4 or IPv6 address")]
    [InlineData("-t :80", ":80", "no IPv4 or IPv6 address")]
    [InlineData("-t=", "", "no IPv4 or IPv6 address")]
    [InlineData("-t 192.0.2.256:80", "192.0.2.256:80", "no IPv4 or IPv6 address")]
    [InlineData("-t 192.0.2.1.5:80", "192.0.2.1.5:80", "no IPv4 or IPv6 address")]
    [InlineData("-t 192.0.2.08:80", "192.0.2.08:80", "no IPv4 or IPv6 address")]
    [InlineData("-t 2001:db8::g", "2001:db8::g", "no IPv4 or IPv6 address")]
    [InlineData("-t www.example.com:80", "www.example.com:80", "names are not looked up here, so let the table be written with numbers (ipvsadm -S -n)")]
    [InlineData("-t [2001:db8::1]", "[2001:db8::1]", "[ADDRESS]:PORT")]
    [InlineData("-t [2001:db8::1]80", "[2001:db8::1]80", "[ADDRESS]:PORT")]
    [InlineData("-t [2001:db8::1:80", "[2001:db8::1:80", "[ADDRESS]:PORT")]
    [InlineData("-t [fe80::1%eth0]:80", "[fe80::1%eth0]:80", "no IPv6 address in the brackets")]
    [InlineData("-t [192.0.2.1]:80", "[192.0.2.1]:80", "ipvsadm would lose the port")]
    [InlineData("-f 0", "0", "a firewall mark is a number from 1 to 4294967295")]
    [InlineData("-f 4294967296", "4294967296", "a firewall mark is a number from 1 to 4294967295")]
    [InlineData("-f 0x7", "0x7", "a firewall mark is a number from 1 to 4294967295")]
    [InlineData("-f 0 -6", "0", "a firewall mark is a number from 1 to 4294967295")]
    public void A_service_has_a_numeric_address_or_a_mark(string service, string words, string message) =>
        AssertError($"-A {service}", 1, 7, words, message);

    [Theory]
    [InlineData("-t 192.0.2.1:http", 17, "http", "a port is a number here; names are not looked up")]
    [InlineData("-t 192.0.2.1:65536", 17, "65536", "a port is a number from 0 to 65535")]
    [InlineData("-t 192.0.2.1:-1", 17, "-1", "a port is a number from 0 to 65535")]
    [InlineData("-t 192.0.2.1:", 17, "", "a port is a number from 0 to 65535")]
    [InlineData("-t [2001:db8::1]:http", 21, "http", "a port is a number here")]
    [InlineData("-t 192.0.2.1", 7, "192.0.2.1", "a service of every port (0, or none) must be persistent")]
    [InlineData("-t 192.0.2.1:0 -s rr", 7, "192.0.2.1:0", "a service of every port (0, or none) must be persistent")]
    [InlineData("-t 192.0.2.1:80 -o", 21, "o", "one-packet scheduling, is only for UDP services and firewall marks")]
    [InlineData("--ops --sctp-service 192.0.2.1:80", 4, "--ops", "one-packet scheduling, is only for UDP services and firewall marks")]
    [InlineData("-t 192.0.2.1:80 -6", 21, "6", "comes after -f (--fwmark-service), and only with it")]
    [InlineData("-6 -f 7", 5, "6", "comes after -f (--fwmark-service), and only with it")]
    [InlineData("-t 192.0.2.1:80 -p 5x", 23, "5x", "a persistence timeout is a number of seconds")]
    [InlineData("-t 192.0.2.1:80 -po", 22, "o", "a persistence timeout is a number of seconds")]
    [InlineData("-t 192.0.2.1:80 -p -1", 24, "1", "no such option")]
    [InlineData("-t 192.0.2.1:80 -p 4294967296", 23, "4294967296", "a persistence timeout is a number of seconds")]
    [InlineData("-t 192.0.2.1:80 -p -M net", 26, "net", "the netmask of an IPv4 service is written as an address")]
    [InlineData("-t [2001:db8::1]:80 -p -M 0", 30, "0", "a prefix length from 1 to 128")]
    [InlineData("-t [2001:db8::1]:80 -p -M 129", 30, "129", "a prefix length from 1 to 128")]
    [InlineData("-t [2001:db8::1]:80 -p -M 64x", 30, "64x", "a prefix length from 1 to 128")]
    [InlineData("-p -M 64 -t [2001:db8::1]:80", 10, "64", "ipvsadm forgets it where it stands before")]
    [InlineData("-f 7 -M 64 -6", 12, "64", "ipvsadm forgets it where it stands before")]
    [InlineData("-t 192.0.2.1:80 -s sixteen-letters-", 23, "sixteen-letters-", "the name of a scheduler has at most 15 bytes")]
    [InlineData("-t 192.0.2.1:80 --pe sixteen-letters-", 25, "sixteen-letters-", "the name of a persistence engine has at most 15 bytes")]
    [InlineData("-t 192.0.2.1:80 -s sh -b sh-port,mh-port", 37, "mh-port", "this flag is of the scheduler mh, and the service's is sh")]
    [InlineData("-t 192.0.2.1:80 -b sh-port", 23, "sh-port", "this flag is of the scheduler sh, and the service's is wlc")]
    [InlineData("-t 192.0.2.1:80 -b flag-1,flag-4", 30, "flag-4", "no such flag of schedulers: sh-fallback, sh-port, mh-fallback")]
    [InlineData("-t 192.0.2.1:80 -b ,", 23, ",", "there is no flag in this list")]
    public void A_service_is_what_ipvsadm_takes(string service, int column, string words, string message) =>
        AssertError($"-A {service}", 1, column, words, message);

    [Theory]
    [InlineData("-m", 1, "-a", "-a (--add-server) needs a server: -r (--real-server)")]
    [InlineData("-r 192.0.2.11 -g -m", 38, "m", "-m (--masquerading) is more than one way of forwarding in a line")]
    [InlineData("-r 192.0.2.11 -s rr", 35, "s", "-s (--scheduler) is not for -a (--add-server)")]
    [InlineData("-r 192.0.2.11 -p", 35, "p", "-p (--persistent) is not for -a (--add-server)")]
    [InlineData("-r web1", 23, "web1", "names are not looked up")]
    [InlineData("-r 192.0.2.11:http -m", 34, "http", "names are not looked up")]
    [InlineData("-r 80", 23, "80", "no IPv4 or IPv6 address")]
    [InlineData("-r 192.0.2.11 -w heavy", 37, "heavy", "a weight is a number from 0 to 2147483647")]
    [InlineData("-r 192.0.2.11 -w -1", 37, "-1", "a weight is a number from 0 to 2147483647")]
    [InlineData("-r 192.0.2.11 -w 2147483648", 37, "2147483648", "a weight is a number from 0 to 2147483647")]
    [InlineData("-r 192.0.2.11 -x 4294967296 -y 3", 37, "4294967296", "a threshold is a number from 0 to 4294967295")]
    [InlineData("-r 192.0.2.11 -y -x 3", 37, "-x", "a threshold is a number", "no option takes this argument")]
    [InlineData("-r 192.0.2.11 -x 3 -y 4", 42, "4", "the lower threshold must not be above the upper one")]
    [InlineData("-r 192.0.2.11 -y 4", 37, "4", "the lower threshold must not be above the upper one")]
    [InlineData("-r [2001:db8::11]:80 -m", 23, "[2001:db8::11]:80", "only a server in a tunnel, -i (--ipip), may be of another address family")]
    [InlineData("-r [2001:db8::11]:80", 23, "[2001:db8::11]:80", "only a server in a tunnel, -i (--ipip), may be of another address family")]
    [InlineData("-r 192.0.2.11 --tun-type gre", 34, "--tun-type", "--tun-type needs a tunnel: -i (--ipip)")]
    [InlineData("-r 192.0.2.11 -m --tun-csum", 37, "--tun-csum", "--tun-csum needs a tunnel: -i (--ipip)")]
    [InlineData("-r 192.0.2.11 -i --tun-type vxlan --tun-port 4789", 48, "vxlan", "a tunnel is of type ipip, gue or gre")]
    [InlineData("-r 192.0.2.11 -i --tun-port 6080", 37, "--tun-port", "--tun-port is not for tunnels of type ipip")]
    [InlineData("-r 192.0.2.11 -i --tun-csum", 37, "--tun-csum", "--tun-csum is not for tunnels of type ipip")]
    [InlineData("-r 192.0.2.11 -i --tun-type gre --tun-port 6080", 52, "--tun-port", "--tun-port is not for tunnels of type gre")]
    [InlineData("-r 192.0.2.11 -i --tun-type gre --tun-remcsum", 52, "--tun-remcsum", "--tun-remcsum is not for tunnels of type gre")]
    [InlineData("-r 192.0.2.11 -i --tun-type gue", 2, "a", "a tunnel of type gue needs --tun-port")]
    [InlineData("-r 192.0.2.11 -i --tun-type gue --tun-port 0", 63, "0", "the port of a tunnel is a number from 1 to 65535")]
    [InlineData("-r 192.0.2.11 -i --tun-type gre --tun-nocsum --tun-csum", 65, "--tun-csum", "a tunnel has one of --tun-nocsum, --tun-csum, --tun-remcsum")]
    public void A_server_is_what_ipvsadm_takes(string server, int column, string words, params string[] messages) =>
        AssertError($"{Web}{ToWeb}{server}", 2, column, words, messages);

    [Theory]
    [InlineData($"{Web}{Web}", 2, 7, "192.0.2.1:80", "the service tcp 192.0.2.1:80 is in line 1 already")]
    [InlineData("-A -f 4294967295\n-A -f -1", 2, 7, "-1", "the service fwmark 4294967295 is in line 1 already")]
    [InlineData($"{ToWeb} -r 192.0.2.11", 1, 7, "192.0.2.1:80", "no line before this one adds the service tcp 192.0.2.1:80")]
    [InlineData($"{ToWeb} -r 192.0.2.11\n{Web}", 1, 7, "192.0.2.1:80", "no line before this one adds the service tcp 192.0.2.1:80")]
    [InlineData("-A -f 7\n-a -f 7 -6 -r 192.0.2.11 -i", 2, 7, "7", "no line before this one adds the service fwmark 7 ipv6")]
    [InlineData($"{Web}{ToWeb}-r 192.0.2.11\n{ToWeb}-r 192.0.2.11:80 -m", 3, 23, "192.0.2.11:80", "has the server 192.0.2.11:80 in line 2 already")]
    public void A_table_has_each_service_and_server_once_and_no_server_alone(string text, int line, int column, string words, string message) =>
        AssertError(text, line, column, words, message);

    [Fact]
    public void All_errors_are_told_at_once_and_none_for_another_s_sake()
    {
        IpvsSaveReading reading = IpvsSaveReader.Read($"""
            -A -t 192.0.2.1:http -s sixteen-letters-
            -A -u 192.0.2.1:53 -o -x 5
            -A -t 192.0.2.1 -x 5
            -a -u 192.0.2.1:53 -r 192.0.2.11 -w x -m
            -a -t 192.0.2.9:80 -r 192.0.2.11 -x y
            -C
            """);
        Assert.Null(reading.Table);
        Assert.False(reading.Succeeded);
        Assert.Equal(["1:17 http", "1:25 sixteen-letters-", "2:24 x", "3:7 192.0.2.1", "3:18 x", "4:37 x", "5:37 y", "6:2 C"], reading.Errors.Select(e => $"{e.Line}:{e.Column} {e.Text}"));
        Assert.Equal("4:37: 'x': a weight is a number from 0 to 2147483647", reading.Errors[5].ToString());
    }

    [Fact]
    public void Columns_count_characters_and_errors_can_be_shown()
    {
        AssertError("-A -t 192.0.2.1:80 -s 🦆 \u001b[31m", 1, 25, "\\u001b[31m", "no option takes this argument");
        AssertError($"-A -t 192.0.2.1:80 {new string('x', 100)}", 1, 20, new string('x', 64) + "…", "no option takes this argument");
        AssertError("-A -t 192.0.2.1:80\0", 1, 7, "192.0.2.1:80\\u0000", "a NUL character");
        AssertError($"-A -t {new string('1', 4096)}", 1, 7, new string('1', 64) + "…", "a word has at most 4095 characters");
    }

    [Fact]
    public void After_a_thousand_errors_the_reading_ends()
    {
        IpvsSaveReading reading = IpvsSaveReader.Read(string.Concat(Enumerable.Repeat("x\n", 100_000)));
        Assert.Equal(IpvsSaveReader.MostErrors + 1, reading.Errors.Count);
        Assert.Contains("1000 errors are told, and the text is not read beyond here", reading.Errors[^1].Message, StringComparison.Ordinal);
        Assert.Equal(IpvsSaveReader.MostErrors, IpvsSaveReader.Read(string.Concat(Enumerable.Repeat("x\n", 1000))).Errors.Count);
    }

    private static void AssertError(string text, int line, int column, string words, params string[] messages)
    {
        IpvsSaveReading reading = IpvsSaveReader.Read(text);
        Assert.Null(reading.Table);
        Assert.True(messages.Length == reading.Errors.Count, string.Join('\n', reading.Errors));
        Assert.Equal((line, column, words), (reading.Errors[0].Line, reading.Errors[0].Column, reading.Errors[0].Text));
        for (int i = 0; i < messages.Length; i++) Assert.Contains(messages[i], reading.Errors[i].Message, StringComparison.Ordinal);
    }
}
