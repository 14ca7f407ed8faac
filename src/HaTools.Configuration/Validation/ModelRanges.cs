namespace HaTools.Configuration;

/// <summary>The ranges of the model's whole numbers: the rules check them, and parameters of cmdlets refuse what is outside at once.</summary>
internal static class ModelRanges
{
    /// <summary>Of an octet on the wire: TTLs, types of service, protocols.</summary>
    public const int LeastByte = 0, MostByte = 255;

    public const int LeastVirtualRouterId = 1, MostVirtualRouterId = 255;

    public const int LeastVersion = 2, MostVersion = 3;

    public const int LeastPriority = 1, MostPriority = 255;

    /// <summary>Of a router that does not own the addresses.</summary>
    public const int LeastOtherPriority = 1, MostOtherPriority = 254;

    public const int LeastDownTimerAdverts = 1, MostDownTimerAdverts = 100;

    public const int LeastGarpRepeat = 1, MostGarpRepeat = 255;

    /// <summary>Of scripts, interfaces and BFD sessions.</summary>
    public const int MostWeight = 253;

    /// <summary>Of files and processes.</summary>
    public const int MostCountedWeight = 254;

    /// <summary>Of the number in a file, for a real server: keepalived's, which keeps what is below for the word that it is down.</summary>
    public const int MostFileCheckWeight = int.MaxValue;

    /// <summary>Runs of a script in a row.</summary>
    public const int LeastRuns = 1, MostRuns = int.MaxValue;

    public const int LeastQuorum = 1, MostQuorum = 65535;

    public const int LeastQuorumMax = 0, MostQuorumMax = 65535;

    public const int LeastMultiplier = 1, MostMultiplier = 255;

    /// <summary>Of packets that are to arrive.</summary>
    public const int LeastTtl = 1, MostTtl = 255;

    /// <summary>Of either family; IPv4 ends at 32.</summary>
    public const int LeastPrefixLength = 0, MostPrefixLength = 128;

    /// <summary>Of an idle connection of IPVS: 31 days, as keepalived has it.</summary>
    public const int MostIdleSeconds = 31 * 86400;

    /// <summary>Of a connection that is announced to another director.</summary>
    public const int MostRefreshSeconds = 300;

    /// <summary>Before a certificate's end.</summary>
    public const int LeastExpiryDays = 1, MostExpiryDays = 3650;

    public const int LeastKeyId = 1, MostKeyId = 255;
}
