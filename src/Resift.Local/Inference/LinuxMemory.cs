using System.Runtime.InteropServices;

namespace Resift.Local.Inference;

/// <summary>Linux's own ways to get memory; they are there on Linux alone.</summary>
internal static partial class LinuxMemory
{
    public const int Read = 0x1, Write = 0x2, Execute = 0x4; // PROT_READ, PROT_WRITE, PROT_EXEC
    public const int PrivateAnonymous = 0x2 | 0x20; // MAP_PRIVATE | MAP_ANONYMOUS
    public const int NoReserve = 0x4000; // MAP_NORESERVE

    [LibraryImport("libc", EntryPoint = "mmap")]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    public static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    public static partial int Protect(nint address, nuint length, int protection);

    // Advice: where it is not taken, memory is as it was.
    [LibraryImport("libc", EntryPoint = "madvise")]
    public static partial int Advise(nint address, nuint length, int advice);
}
