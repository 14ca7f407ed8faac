namespace HaTools.Engine.DnsWire;

/// <summary>The names of response codes (IANA, DNS RCODEs).</summary>
internal static class DnsResponseCode
{
    private static readonly string[] Names = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"];

    public static string NameOf(int code) => code < Names.Length ? Names[code] : $"response code {code}";
}
