namespace Resift.Cli;

/// <summary>The command line asks for something that cannot be, in a way that only its command can tell.</summary>
internal sealed class UsageException(string message) : Exception(message);
