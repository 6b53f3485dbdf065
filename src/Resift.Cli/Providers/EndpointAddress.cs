namespace Resift.Cli;

/// <summary>Reads the address of a server.</summary>
internal static class EndpointAddress
{
    /// <param name="address">The address.</param>
    /// <param name="source">Where it was said, for messages.</param>
    /// <exception cref="UsageException">It is none, or has a password in it.</exception>
    public static Uri Read(string address, string source)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            // A password or a key may be in what is no address, too.
            string shown = address.AsSpan().ContainsAny('@', '?') ? "no address" : $"'{address}'";
            throw new UsageException($"{source} is {shown}; an address such as http://localhost:8080 was expected.");
        }

        // Addresses are shown in errors, so a password in one would be too.
        return uri.UserInfo is "" ? uri : throw new UsageException(
            $"{source} has a name or password in its address; put the key into an environment variable instead.");
    }
}
