using System.Globalization;

namespace HaTools.Netlink.Ipvs;

/// <summary>
/// A helper for a protocol that has addresses in its data (/proc/net/ip_vs_app, net/netfilter/ipvs/ip_vs_app.c): FTP, by the module
/// ip_vs_ftp.
/// </summary>
/// <param name="Protocol">The transport protocol.</param>
/// <param name="Port">The virtual port that it listens to, 1 to 65535.</param>
/// <param name="Uses">How many connections use it.</param>
/// <param name="Name">Its name: ftp.</param>
public sealed record IpvsApplication(IpvsProtocol Protocol, int Port, int Uses, string Name)
{
    /// <summary>Those of the calling thread's network namespace.</summary>
    /// <exception cref="IpvsUnavailableException">The kernel has no IPVS here.</exception>
    /// <exception cref="InvalidDataException">The file is not in the kernel's format.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static IReadOnlyList<IpvsApplication> ReadAll() => Parse(ProcFile.Read("/proc/thread-self/net/ip_vs_app"));

    /// <summary>A heading, then protocol, port, uses and name, in decimal.</summary>
    internal static IReadOnlyList<IpvsApplication> Parse(string text)
    {
        List<IpvsApplication> applications = [];
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var protocol, var port, var uses, var name]
                || !Enum.TryParse(protocol, ignoreCase: true, out IpvsProtocol transport)
                || !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number)
                || !int.TryParse(uses, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count))
            {
                throw new InvalidDataException($"/proc/net/ip_vs_app is not in the kernel's format: '{line}'");
            }

            applications.Add(new IpvsApplication(transport, number, count, name));
        }

        return applications;
    }
}
