using System.Buffers;
using System.Text;

namespace HaTools.Vrrp;

/// <summary>The keys of <c>auth_hmac</c> by their ids.</summary>
internal sealed class HmacKeys
{
    public const int MinLength = 32;
    public const int MaxLength = 64;

    private const string HexPrefix = "hex:";
    private const string FilePrefix = "file:";

    private readonly byte[]?[] keys = new byte[256][];

    /// <param name="keys">The keys; a <c>file:</c> was replaced by what the file holds (see <see cref="FileOf"/>).</param>
    /// <exception cref="ArgumentException">A key is not usable.</exception>
    public HmacKeys(ValueList<VrrpHmacKey> keys)
    {
        foreach (VrrpHmacKey key in keys)
        {
            if (key.Id is < 1 or > 255) throw new ArgumentException($"The id of key {key.Id} is not in 1 to 255.", nameof(keys));
            if (this.keys[key.Id] is not null) throw new ArgumentException($"There are two keys {key.Id}.", nameof(keys));
            if (TryParse(key.Secret, out byte[] bytes) is { } why)
                throw new ArgumentException($"Key {key.Id}: {why}.", nameof(keys));
            this.keys[key.Id] = bytes;
        }
    }

    /// <summary>The key of an id; empty: there is none.</summary>
    public ReadOnlySpan<byte> this[byte id] => keys[id];

    /// <summary>The file that a secret names; null: it is the secret itself. The file's text is a secret again, without its last line end.</summary>
    public static string? FileOf(string secret) => secret.StartsWith(FilePrefix, StringComparison.Ordinal) ? secret[FilePrefix.Length..] : null;

    /// <summary>Reads a secret: the bytes of its text in UTF-8, or, after <c>hex:</c>, those that its digits say.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="key">The bytes, 32 to 64.</param>
    /// <returns>null; or what is wrong, to follow the key's name. The secret does not stand in it.</returns>
    public static string? TryParse(string secret, out byte[] key)
    {
        key = [];
        if (FileOf(secret) is { } file) return $"the file {file} has not been read";
        byte[] bytes;
        if (secret.StartsWith(HexPrefix, StringComparison.Ordinal))
        {
            ReadOnlySpan<char> digits = secret.AsSpan(HexPrefix.Length);
            if (digits.Length % 2 != 0) return "the number of hexadecimal digits is odd";
            bytes = new byte[digits.Length / 2];
            if (Convert.FromHexString(digits, bytes, out _, out _) != OperationStatus.Done) return "it has others than hexadecimal digits";
        }
        else
        {
            bytes = Encoding.UTF8.GetBytes(secret);
        }

        if (bytes.Length is < MinLength or > MaxLength) return $"it has {bytes.Length} bytes, not {MinLength} to {MaxLength}";
        key = bytes;
        return null;
    }
}
