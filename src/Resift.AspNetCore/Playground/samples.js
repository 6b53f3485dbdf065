// Lists in the order of a first stage that goes by words: what answers the query is not on top.
export const samples = [
  {
    name: 'Undo a commit',
    query: 'How do I undo the last commit in Git?',
    documents: [
      'The last commit of the day should have a good message. Commit often, and undo nothing in a hurry.',
      'git log -1 shows the last commit: who made it, when, and its message.',
      'In Git, a commit is a snapshot of all files with a message and a parent.',
      'The undo of the editor goes back through the last hundred changes of a file.',
      'git stash puts changes aside that are not committed, and git stash pop brings them back.',
      'Run git reset --soft HEAD~1 to undo the last commit and keep its changes staged.',
      'git revert makes a new commit that takes back what an earlier one did.',
      'How do I write the last line of a commit message?',
    ],
  },
  {
    name: 'Return worn shoes',
    query: 'Can I return shoes that I have worn?',
    documents: [
      'Our shoes can be worn in any weather: the soles grip on wet stone.',
      'Return to the front page to see all shoes.',
      'How to care for shoes that are worn every day: brush them, and let them dry slowly.',
      'Shoes that were worn can be returned only if they had a fault when they arrived.',
      'Unworn shoes can be sent back within thirty days in their box.',
      'A parcel outside of Europe takes up to ten days.',
      'To get your money back for a voucher, write to our support.',
    ],
  },
  {
    name: 'Memory leak',
    query: 'How do I fix memory leak in Python?',
    documents: [
      'Why do Python programs leak memory at all? Memory leaks in Python are a frequent topic of talks at Python conferences.',
      'Python manages memory in a private heap that holds all objects, and counts the references to each.',
      'Most memory leaks come from global lists and caches that only grow. Fix them by giving the cache a maximum size.',
      'My Python script uses more and more memory until it is killed. Is this a memory leak in Python or in my code?',
      'To fix a memory leak, first find it: start tracemalloc, compare two snapshots, and drop the references that keep growing.',
      'A leak under the kitchen sink is quickly repaired: close the valve and replace the worn washer.',
      'MemoryError is the exception that Python raises when the system has no more memory to give.',
    ],
  },
];
