namespace HaTools.Netlink.Ipvs.Save;

/// <summary>Reads the words of a line as an entry of a table.</summary>
internal sealed class SaveLineReader(SaveErrors errors)
{
    /// <summary>Whether the last line cannot be made out, and may have been to add a service.</summary>
    public bool MayHaveMissedService { get; private set; }

    /// <returns>Null: it is none, which has been told. The entry may have errors, which have been told, too.</returns>
    public SaveEntry? Read(IReadOnlyList<SaveWord> words)
    {
        SaveEntry? entry = ReadEntry(new SaveOptions(words, errors), words[0], out bool isOtherCommand);
        MayHaveMissedService = !isOtherCommand && entry is null or SaveServiceEntry { Key: null };
        return entry;
    }

    private SaveEntry? ReadEntry(SaveOptions options, SaveWord first, out bool isOtherCommand)
    {
        isOtherCommand = false;
        int before = errors.Count;
        if (!options.Next())
        {
            if (errors.Count == before) errors.Add(first, SaveOptions.NoCommand);
            return null;
        }

        SaveOption command = options.Option;
        isOtherCommand = command.Kind == SaveOptionKind.OtherCommand;
        SaveEntry? entry = command.Kind switch
        {
            SaveOptionKind.AddService => new SaveServiceEntry(options.Place, errors),
            SaveOptionKind.AddServer => new SaveServerEntry(options.Place, errors),
            _ => null,
        };
        if (isOtherCommand)
            errors.Add(options.Place, $"{command} does something to a table: a saved one tells what is in it, with -A (--add-service) and -a (--add-server) only");
        else if (entry is null && errors.Count == before)
            errors.Add(options.Place, SaveOptions.NoCommand);
        if (entry is null) return null;
        ulong given = TakeAll(options, command, entry);
        if (!options.HasUnknown) Complete(given, command, entry, first);
        entry.Check();
        return entry;
    }

    private ulong TakeAll(SaveOptions options, SaveOption command, SaveEntry entry)
    {
        ulong given = 0;
        while (options.Next())
        {
            SaveOption option = options.Option;
            if (option.Kind is SaveOptionKind.AddService or SaveOptionKind.AddServer or SaveOptionKind.OtherCommand)
            {
                errors.Add(options.Place, $"a line has one command, and this one's is {command}");
            }
            else if (!entry.Has(option))
            {
                errors.Add(options.Place, $"{option} is not for {command}");
            }
            else if ((given & Bit(option)) != 0 && option.Kind is not (SaveOptionKind.Ipv6 or SaveOptionKind.Sort))
            {
                errors.Add(options.Place, $"{option} is more than one {Group(option)} in a line");
            }
            else
            {
                given |= Bit(option);
                if (!options.IsBroken) entry.Take(option, options.Place, options.Value);
            }
        }

        return given;
    }

    private void Complete(ulong given, SaveOption command, SaveEntry entry, SaveWord place)
    {
        if ((given & 1ul << (int)SaveOptionKind.TcpService) == 0)
            errors.Add(place, $"{command} needs a service: -t (--tcp-service), -u (--udp-service), --sctp-service or -f (--fwmark-service)");
        if (entry is SaveServerEntry && (given & 1ul << (int)SaveOptionKind.RealServer) == 0)
            errors.Add(place, $"{command} needs a server: -r (--real-server)");
    }

    private static ulong Bit(SaveOption option) => 1ul << (int)(option.IsService ? SaveOptionKind.TcpService
        : option.IsForwarding ? SaveOptionKind.Masquerade
        : option.Kind);

    private static string Group(SaveOption option) => option.IsService ? "service" : option.IsForwarding ? "way of forwarding" : $"--{option.Name}";
}
