namespace HaTools.Netlink.Ipvs;

/// <summary>IPVS's small files under /proc/net.</summary>
internal static class ProcFile
{
    public static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (FileNotFoundException)
        {
            throw new IpvsUnavailableException(null);
        }
    }
}
