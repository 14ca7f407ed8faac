using System.Text;

namespace HaTools.Configuration.Keepalived;

/// <summary>Authentication.</summary>
internal static partial class InstanceGrammar
{
    public static Grammar<InstanceDraft> Authentication { get; } = new("authentication",
    [
        new() { Name = "auth_type", Required = 1, Allowed = 1, Read = ReadAuthenticationType },
        new() { Name = "auth_pass", Required = 1, Allowed = 1, Read = (_, s, d) => d.Password = s.Words[1] },
    ]);

    private static Keyword<InstanceDraft>[] Security =>
    [
        new() { Name = "authentication", HasBlock = true, Read = ReadAuthentication },
        new() { Name = "auth_hmac", HasBlock = true, Repeatable = true, Read = ReadHmac },
    ];

    private static VrrpInstance WithSecurity(InstanceBuild build, VrrpInstance instance)
    {
        if (build.Draft.Password is { } password) build.Positions.Note(build.Path.Key("authentication"), password.Position);
        instance = instance with { Authentication = BuildAuthentication(build, instance), Hmac = BuildHmac(build) };
        if (instance is not { Authentication.Type: VrrpAuthenticationType.AuthenticationHeader, InitialState: VrrpInitialState.Master, Priority: < 255 })
            return instance;
        build.Reading.Warning("AhWithMaster", build.Draft.StateWord,
            "With `auth_type AH` a router hears the sequence number of the master first: `state MASTER` is taken as BACKUP, as keepalived does.");
        return instance with { InitialState = VrrpInitialState.Backup };
    }

    private static void ReadAuthenticationType(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        ConfWord word = statement.Words[1];
        draft.AuthenticationType = word;
        if (word.Text is not ("PASS" or "AH")) reading.UnknownWord(word, "auth_type", ["PASS", "AH"]);
    }

    private static void ReadAuthentication(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        draft.AuthenticationBlock = statement.Keyword;
        reading.ReadBlock(Authentication, statement.Block!, draft);
    }

    private static VrrpAuthentication? BuildAuthentication(InstanceBuild build, VrrpInstance instance)
    {
        (ConfReading reading, InstanceDraft draft) = (build.Reading, build.Draft);
        if (draft.AuthenticationBlock is not { } block) return null;
        bool isHeader = draft.AuthenticationType?.Text == "AH";
        string? why = build.IsStrict ? "With strict mode there is no authentication"
            : instance.Version == 3 ? "VRRP version 3 has no authentication"
            : draft.AuthenticationType is null ? "Without `auth_type` there is no authentication"
            : draft.HmacBlock is not null ? "`auth_hmac` takes the place of `authentication`" : null;
        if (why is not null)
        {
            reading.Warning("AuthenticationIgnored", block, $"{why}: keepalived ignores this, and so do we.");
            return null;
        }
        if (draft.Password is not { } password)
        {
            reading.Error("MissingKeyword", block, $"`auth_type {draft.AuthenticationType!.Text}` needs an `auth_pass`.");
            return null;
        }
        return new VrrpAuthentication(
            isHeader ? VrrpAuthenticationType.AuthenticationHeader : VrrpAuthenticationType.SimplePassword, OnWire(reading, password));
    }

    // 8 bytes go on the wire. Where the cut falls into the middle of a character the text stays whole, since no text can hold half of one.
    private static string OnWire(ConfReading reading, ConfWord password)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(password.Text);
        if (bytes.Length <= 8) return password.Text;
        reading.Diagnostics.Warning("PasswordCut", password.Position, "********",
            "A password has 8 bytes: keepalived cuts the rest, and so do we.");
        return (bytes[8] & 0xc0) == 0x80 ? password.Text : Encoding.UTF8.GetString(bytes, 0, 8);
    }
}

/// <summary>Authentication.</summary>
internal sealed partial class InstanceDraft
{
    public ConfWord? AuthenticationBlock { get; set; }

    public ConfWord? AuthenticationType { get; set; }

    public ConfWord? Password { get; set; }
}
